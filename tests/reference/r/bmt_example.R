# Every row that the study bmt_example estimates, made by R: ../expected/bmt_example.csv.
# Run in this folder: Rscript bmt_example.R
# A number that R has no function for stays empty and is not compared; NA is R's "not reached".
# Causes and levels are written as config/studies/bmt_example.yaml names them.
suppressPackageStartupMessages({library(survival); library(cmprsk)})
d <- read.csv("../data/bmt.csv")
d$disease_group <- factor(d$group, 1:3, c("all", "aml_low", "aml_high"))
d$fab <- factor(d$fab, 0:1, c("other", "m4_m5"))
d$centre <- as.character(d$hospital)
at <- c(100, 365, 730, 1095)
z <- qnorm(0.975)

numbers <- c("estimate", "std_error", "conf_low", "conf_high", "statistic", "df", "p_value", "n",
             "n_event", "n_at_risk")
keys <- c("analysis", "method", "group", "term", "reference", "estimand", "test", "time")
found <- list()
add <- function(...) {
  given <- list(...)
  count <- max(lengths(given))
  full <- lapply(setNames(nm = c(keys, numbers)), function(name) {
    value <- if (is.null(given[[name]])) "" else given[[name]]
    if (is.factor(value)) value <- as.character(value)
    if (is.numeric(value)) value <- ifelse(is.na(value), "NA", sprintf("%.17g", value))
    rep_len(value, count)
  })
  found[[length(found) + 1]] <<- as.data.frame(full, stringsAsFactors = FALSE)
}

# --- survival: survfit, its summary and quantiles, survdiff, survmean, coxph --------------------
curves <- function(fit) {
  if (is.null(fit$strata)) return(list(`=` = fit))
  setNames(lapply(seq_along(fit$strata), function(i) fit[i]), names(fit$strata))
}
km <- function(analysis, formula, conf = "log-log") {
  all <- curves(survfit(formula, d, conf.type = conf))
  for (name in names(all)) {
    group <- sub("^[^=]*=", "", name)
    start <- survfit0(all[[name]])
    n <- all[[name]]$n
    add(analysis = analysis, method = "kaplan_meier", group = group, estimand = "survival_curve",
        time = start$time, estimate = start$surv, std_error = start$std.err * start$surv,
        # where nobody has had the event yet R writes NA for the limits of log-log; all agree on 1
        conf_low = ifelse(start$surv == 1, 1, start$lower),
        conf_high = ifelse(start$surv == 1, 1, start$upper),
        n = n, n_event = start$n.event, n_at_risk = start$n.risk)
    s <- summary(all[[name]], times = at, extend = TRUE)
    add(analysis = analysis, method = "kaplan_meier", group = group, estimand = "survival",
        time = at, estimate = s$surv, std_error = s$std.err, conf_low = s$lower,
        conf_high = s$upper, n = n, n_event = sum(start$n.event), n_at_risk = s$n.risk)
    q <- quantile(all[[name]], c(.25, .5, .75))
    add(analysis = analysis, method = "kaplan_meier", group = group,
        estimand = "survival_time_quantile", term = c("0.25", "0.5", "0.75"),
        estimate = unname(q$quantile), conf_low = unname(q$lower), conf_high = unname(q$upper),
        n = n, n_event = sum(start$n.event))
  }
}
for (conf in c("log-log", "log", "plain")) {
  ending <- if (conf == "log-log") "" else paste0("_", conf)
  km(paste0("disease_free_survival", ending), Surv(time, status) ~ 1, conf)
}
q <- quantile(survfit(Surv(time, 1 - status) ~ 1, d, conf.type = "log-log"), .5)
add(analysis = "follow_up", method = "follow_up", estimand = "survival_time_quantile",
    term = "0.5", estimate = unname(q$quantile), conf_low = unname(q$lower),
    conf_high = unname(q$upper), n = nrow(d), n_event = sum(d$status))

log_rank <- function(analysis, term, formula) {
  fit <- survdiff(formula, d)
  df <- sum(rowSums(as.matrix(fit$exp)) > 0) - 1
  add(analysis = analysis, method = "log_rank", term = term, estimand = "hypothesis_test",
      test = "log-rank", statistic = fit$chisq, df = df,
      p_value = pchisq(fit$chisq, df, lower.tail = FALSE), n = nrow(d), n_event = sum(d$status))
}
rmst <- function(analysis, formula) {
  fit <- survfit(formula, d)
  means <- summary(fit, rmean = 1095)$table
  group <- sub("^[^=]*=", "", rownames(means))
  in_time <- vapply(curves(fit), function(one) sum(one$n.event[one$time <= 1095]), 0)
  mean <- means[, "rmean"]
  se <- means[, "se(rmean)"]
  add(analysis = analysis, method = "rmst", group = group,
      estimand = "restricted_mean_survival_time", time = 1095, estimate = unname(mean),
      std_error = unname(se), conf_low = unname(mean - z * se), conf_high = unname(mean + z * se),
      n = unname(means[, "records"]), n_event = unname(in_time))
  more <- mean[-1] - mean[1]
  se <- sqrt(se[-1]^2 + se[1]^2)
  add(analysis = analysis, method = "rmst", group = group[-1], test = "wald",
      estimand = "restricted_mean_survival_time_difference", time = 1095, estimate = unname(more),
      std_error = unname(se), conf_low = unname(more - z * se), conf_high = unname(more + z * se),
      p_value = unname(2 * pnorm(-abs(more / se))), n = nrow(d), n_event = sum(d$status))
}
# a coefficient "fabm4_m5" is the term fab in the group m4_m5, against other
coefficients <- function(b, se, ...) {
  factors <- list(fab = levels(d$fab), disease_group = levels(d$disease_group))
  for (i in seq_along(b)) {
    term <- names(b)[i]
    group <- reference <- ""
    for (name in names(factors)) if (startsWith(term, name)) {
      group <- substring(term, nchar(name) + 1)
      term <- name
      reference <- factors[[name]][1]
    }
    add(..., term = term, group = group, reference = reference, test = "wald",
        estimate = unname(b[i]), std_error = unname(se[i]), conf_low = unname(b[i] - z * se[i]),
        conf_high = unname(b[i] + z * se[i]), statistic = unname(b[i] / se[i]), df = 1,
        p_value = unname(2 * pnorm(-abs(b[i] / se[i]))), n = nrow(d))
  }
}
model_test <- function(test, statistic, df, ..., term = "model") {
  add(..., estimand = "hypothesis_test", test = test, term = term, statistic = statistic, df = df,
      p_value = pchisq(statistic, df, lower.tail = FALSE))
}
cox <- function(analysis, formula, method = "cox", cluster = NULL) {
  fit <- if (is.null(cluster)) coxph(formula, d, ties = "efron") else
    coxph(formula, d, ties = "efron", cluster = centre)
  k <- length(coef(fit))
  coefficients(coef(fit), sqrt(diag(vcov(fit))), analysis = analysis, method = method,
               estimand = "log_hazard_ratio", n_event = fit$nevent)
  where <- list(analysis = analysis, method = method, n = nrow(d), n_event = fit$nevent)
  test <- function(...) do.call(model_test, c(list(...), where))
  test("likelihood ratio", 2 * diff(fit$loglik), k)
  test("wald", unname(fit$wald.test), k)
  test("score", fit$score, k)
  for (i in 1:2) do.call(add, c(where, list(estimand = "log_likelihood",
    term = c("null", "model")[i], estimate = fit$loglik[i])))
  if (method != "cox") return(invisible())
  zph <- cox.zph(fit)$table
  for (term in rownames(zph)) test("schoenfeld", zph[term, "chisq"], zph[term, "df"], term = term)
  harrell <- concordance(fit)
  se <- sqrt(harrell$var)
  do.call(add, c(where, list(estimand = "concordance", term = "model",
    estimate = unname(harrell$concordance), std_error = se, conf_low = unname(harrell$concordance - z * se),
    conf_high = unname(harrell$concordance + z * se))))
}
for (name in c("fab", "disease_group")) {
  ending <- if (name == "fab") "fab" else "disease_group"
  of <- function(...) as.formula(paste("Surv(time, status) ~", paste(c(name, ...), collapse = "+")))
  km(paste0("survival_by_", ending), of())
  log_rank(paste0("log_rank_by_", ending), name, of())
  log_rank(paste0("log_rank_by_", ending, "_stratified"), name, of("strata(centre)"))
  rmst(paste0("restricted_mean_by_", ending), of())
  cox(paste0("cox_", ending), of())
  cox(paste0("cox_", ending, "_adjusted"), of("age", "donor_age"))
}
cox("cox_fab_stratified", Surv(time, status) ~ fab + age + donor_age + strata(centre))
cox("cox_fab_clustered", Surv(time, status) ~ fab + age + donor_age, cluster = "centre")

# --- competing risks: survfit for the curve, cuminc for Aalen's variance, crr -------------------
relapse <- list(time = d$time, status = d$event, names = c("relapse", "death_in_remission"))
platelets <- list(time = d$plt_time, status = d$plt_event,
                  names = c("platelet_recovery", "death_before_recovery"))
# log-log limits of an incidence; where it is zero there are none
limits <- function(est, var) {
  est <- ifelse(est > 0, est, NA)
  half <- z * sqrt(var) / (est * log(est))
  list(low = est^exp(-half), high = est^exp(half))
}
incidence <- function(analysis, endpoint, group = NULL, times = at, jackknife = FALSE) {
  groups <- if (is.null(group)) rep("", nrow(d)) else as.character(d[[group]])
  by <- if (is.null(group)) "" else levels(d[[group]])
  aalen <- cuminc(endpoint$time, endpoint$status, groups)
  for (g in by) {
    here <- groups == g
    time <- endpoint$time[here]
    status <- factor(endpoint$status[here], 0:2)
    fit <- survfit0(survfit(Surv(time, status) ~ 1, conf.type = "log"))
    for (cause in 1:2) {
      name <- if (is.null(group)) paste("", cause) else paste(g, cause)
      values <- function(t) {
        i <- findInterval(t, fit$time)
        if (jackknife) return(list(est = fit$pstate[i, cause + 1], se = fit$std.err[i, cause + 1],
          low = ifelse(fit$pstate[i, cause + 1] > 0, fit$lower[i, cause + 1], NA),
          high = ifelse(fit$pstate[i, cause + 1] > 0, fit$upper[i, cause + 1], NA)))
        # cuminc writes each step twice; the last point at or before t is the curve at t
        curve <- aalen[[name]]
        j <- findInterval(t, curve$time)
        l <- limits(curve$est[j], curve$var[j])
        list(est = curve$est[j], se = sqrt(curve$var[j]), low = l$low, high = l$high)
      }
      where <- list(analysis = analysis, method = "cumulative_incidence", group = g,
                    term = endpoint$names[cause], n = sum(here))
      total <- sum(status == cause)
      v <- values(fit$time)
      do.call(add, c(where, list(estimand = "count", estimate = total, n_event = total)))
      do.call(add, c(where, list(estimand = "cumulative_incidence_curve", time = fit$time,
        estimate = v$est, std_error = v$se, conf_low = v$low, conf_high = v$high,
        n_event = fit$n.event[, cause + 1], n_at_risk = fit$n.risk[, 1])))
      first <- function(x) if (any(x >= 0.5, na.rm = TRUE)) fit$time[which(x >= 0.5)[1]] else NA
      # half are reached by the upper limit first: it is the lower limit of the time
      do.call(add, c(where, list(estimand = "cumulative_incidence_time_quantile",
        reference = "0.5", estimate = first(v$est), conf_low = first(v$high),
        conf_high = first(v$low), n_event = total)))
      v <- values(times)
      do.call(add, c(where, list(estimand = "cumulative_incidence", time = times,
        estimate = v$est, std_error = v$se, conf_low = v$low, conf_high = v$high,
        n_event = total, n_at_risk = vapply(times, function(t) sum(time >= t), 0))))
    }
  }
}
incidence("relapse_incidence", relapse)
incidence("relapse_incidence_jackknife", relapse, jackknife = TRUE)
incidence("relapse_by_fab", relapse, "fab")
incidence("relapse_by_disease_group", relapse, "disease_group")
incidence("platelet_recovery", platelets, times = c(30, 60, 100))
incidence("platelet_recovery_by_disease_group", platelets, "disease_group", c(30, 60, 100))

gray <- function(analysis, endpoint, group, ...) {
  tests <- cuminc(endpoint$time, endpoint$status, d[[group]], ...)$Tests
  for (cause in 1:2) add(analysis = analysis, method = "gray_test", term = endpoint$names[cause],
    estimand = "hypothesis_test", test = "gray", statistic = tests[cause, "stat"],
    df = tests[cause, "df"],
    p_value = pchisq(tests[cause, "stat"], tests[cause, "df"], lower.tail = FALSE),
    n = nrow(d), n_event = sum(endpoint$status == cause))
}
gray("gray_by_fab", relapse, "fab")
gray("gray_by_fab_stratified", relapse, "fab", strata = d$centre)
gray("gray_by_disease_group", relapse, "disease_group")
gray("gray_by_disease_group_stratified", relapse, "disease_group", strata = d$centre)
gray("gray_platelet_recovery", platelets, "disease_group")

# crr stops at the last rounding of its line search: Newton steps with its own score and
# information, evaluated at fixed coefficients, end at the solution.
polished <- function(x, ...) {
  b <- rep(0, ncol(x))
  for (i in 1:30) {
    fit <- suppressWarnings(crr(d$time, d$event, x, init = b, maxiter = 0, ...))
    b <- b + solve(fit$inf, fit$score)
  }
  crr(d$time, d$event, x, init = b, maxiter = 0, ...)
}
fine_gray <- function(analysis, terms, ..., clustered = FALSE, predicted = FALSE) {
  x <- model.matrix(reformulate(terms), d)[, -1, drop = FALSE]
  fit <- polished(x, ...)
  n_event <- sum(d$event == 1)
  se <- sqrt(diag(fit$var))
  var <- fit$var
  if (clustered) {
    # crr has no clusters; the weights and robust variance of survival, Breslow's ties as crr
    w <- finegray(Surv(time, factor(event, 0:2)) ~ ., data = d, etype = 1)
    robust <- coxph(as.formula(paste("Surv(fgstart, fgstop, fgstatus) ~",
      paste(terms, collapse = "+"))), w, weights = fgwt, cluster = centre, ties = "breslow",
      control = coxph.control(eps = 1e-11, iter.max = 50))
    var <- vcov(robust)
    se <- sqrt(diag(var))
  }
  coefficients(setNames(fit$coef, colnames(x)), se, analysis = analysis, method = "fine_gray",
               estimand = "log_subdistribution_hazard_ratio", n_event = n_event)
  where <- list(analysis = analysis, method = "fine_gray", n = nrow(d), n_event = n_event)
  test <- function(...) do.call(model_test, c(list(...), where))
  test("likelihood ratio", 2 * (fit$loglik - fit$loglik.null), ncol(x))
  test("wald", drop(fit$coef %*% solve(var, fit$coef)), ncol(x))
  for (i in 1:2) do.call(add, c(where, list(estimand = "log_likelihood",
    term = c("null", "model")[i], estimate = c(fit$loglik.null, fit$loglik)[i])))
  if (predicted) {
    curve <- predict(fit, apply(x, 2, median))
    do.call(add, c(where, list(estimand = "predicted_cumulative_incidence", term = "relapse",
      time = at, estimate = curve[findInterval(at, curve[, 1]), 2])))
  }
  formula <- as.formula(paste("Surv(time, event == 1) ~", paste(terms, collapse = "+")))
  cox(analysis, formula, "cause_specific_cox", if (clustered) "centre")
}
adjusted <- c("age", "donor_age")
fine_gray("fine_gray_fab", "fab")
fine_gray("fine_gray_age", "age")
fine_gray("fine_gray_donor_age", "donor_age")
fine_gray("fine_gray_fab_adjusted", c("fab", adjusted), predicted = TRUE)
fine_gray("fine_gray_fab_clustered", c("fab", adjusted), clustered = TRUE)
fine_gray("fine_gray_fab_censoring_by_centre", c("fab", adjusted), cengroup = d$centre)
fine_gray("fine_gray_disease_group", "disease_group")
fine_gray("fine_gray_disease_group_adjusted", c("disease_group", adjusted), predicted = TRUE)

# --- characteristics: quantile, mean, sd, table, kruskal.test, fisher.test, chisq.test ----------
describe <- function(...) add(analysis = "characteristics", method = "describe", ...)
groups <- c("", levels(d$disease_group))
of_group <- function(g) g == "" | as.character(d$disease_group) == g
for (g in groups) describe(group = g, term = "disease_group", reference = "all",
  estimand = "count", estimate = sum(of_group(g)), n = sum(of_group(g)))
for (term in c("age", "donor_age", "wait")) {
  for (g in groups) {
    x <- d[[term]][of_group(g)]
    one <- function(estimand, estimate, reference = "") describe(group = g, term = term,
      reference = reference, estimand = estimand, estimate = estimate, n = length(x))
    one("count", length(x), "known")
    one("count", sum(is.na(x)), "missing")
    one("quantile", quantile(x, .25), "0.25")
    one("median", median(x), "0.5")
    one("quantile", quantile(x, .75), "0.75")
    one("minimum", min(x))
    one("maximum", max(x))
    one("mean", mean(x))
    one("standard_deviation", sd(x))
  }
  test <- kruskal.test(d[[term]], d$disease_group)
  describe(term = term, estimand = "hypothesis_test", test = "kruskal-wallis",
           statistic = unname(test$statistic), df = unname(test$parameter),
           p_value = test$p.value, n = nrow(d))
}
for (term in c("fab", "centre")) {
  x <- factor(d[[term]])
  for (g in groups) {
    n <- sum(of_group(g))
    for (level in levels(x)) {
      count <- sum(x[of_group(g)] == level)
      describe(group = g, term = term, reference = level, estimand = "count", estimate = count,
               n = n)
      describe(group = g, term = term, reference = level, estimand = "percentage_of_known",
               estimate = count / n, n = n)
    }
    describe(group = g, term = term, reference = "missing", estimand = "count",
             estimate = sum(is.na(x[of_group(g)])), n = n)
  }
  counts <- table(x, d$disease_group)
  describe(term = term, estimand = "hypothesis_test", test = "fisher",
           p_value = fisher.test(counts, workspace = 2e7)$p.value, n = nrow(d))
  test <- suppressWarnings(chisq.test(counts, correct = FALSE))
  describe(term = term, estimand = "hypothesis_test", test = "chi-squared",
           statistic = unname(test$statistic), df = unname(test$parameter),
           p_value = test$p.value, n = nrow(d))
}

table <- do.call(rbind, found)
write.csv(table, "../expected/bmt_example.csv", row.names = FALSE, quote = FALSE)
cat(nrow(table), "rows;", R.version.string, "; survival",
    as.character(packageVersion("survival")), "; cmprsk",
    as.character(packageVersion("cmprsk")), "\n")
