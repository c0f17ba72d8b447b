# Reference values for Kaplan-Meier, log-rank, restricted means and Cox models beyond bmt.json,
# mgus2.json and breast_external_validation.json.
# Run in this folder: Rscript survival.R
source("write_checks.R")
suppressPackageStartupMessages(library(survival))

bmt <- read.csv("../data/bmt.csv")
mgus2 <- read.csv("../data/mgus2.csv")
exact <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100, toler.inf = 1e-3)

# Ugly data: few distinct days (ties everywhere, events and censorings on one day, day 0), a
# group without events, weights of zero, whole-number and fractional weights, a constant, a
# combination of others, calendar years and scales of 1e8 and 1e-8.
set.seed(20260102)
n <- 90
ugly <- data.frame(
  day = sample(0:12, n, TRUE), event = rbinom(n, 1, 0.6), arm = sample(0:2, n, TRUE),
  centre = sample(1:4, n, TRUE), cluster = sample(1:25, n, TRUE), age = round(rnorm(n, 60, 9)),
  year = sample(2015:2023, n, TRUE), huge = round(rnorm(n, 5e8, 1e8)),
  tiny = round(rnorm(n, 5, 1), 3) * 1e-8, constant = 3.7, count = sample(0:3, n, TRUE),
  share = round(runif(n, 0.1, 2), 3)
)
ugly$event[ugly$arm == 2] <- 0
ugly$combination <- ugly$age - 2 * ugly$year + 5
write.csv(ugly, "../data/ugly_survival.csv", row.names = FALSE, quote = FALSE)
ugly <- read.csv("../data/ugly_survival.csv")

checks <- list()

# Kaplan-Meier: the whole curve, its quantiles, and values between, on and beyond its times.
shares <- c(0.1, 0.25, 0.5, 0.75, 0.9)
curve <- function(time, event, call, weights = NULL, conf.type = "log-log", level = 0.95,
                  at = c(0, 0.5, 3, 3.5, 12, 40)) {
  d <- data.frame(time, event)
  d$w <- if (is.null(weights)) 1 else weights
  d <- d[d$w > 0, ]
  fit <- if (is.null(weights)) survfit(Surv(time, event) ~ 1, d, conf.type = conf.type,
                                       conf.int = level)
         else survfit(Surv(time, event) ~ 1, d, weights = w, conf.type = conf.type,
                      conf.int = level)
  q <- quantile(fit, probs = shares)
  s <- summary(fit, censored = TRUE)
  a <- summary(fit, times = at, extend = TRUE)
  clean <- function(x) ifelse(is.finite(x), x, NA)
  check(call, time = I(s$time), n_risk = I(s$n.risk), n_event = I(s$n.event),
        n_censor = I(s$n.censor), surv = I(s$surv), se = I(clean(s$std.err)),
        lower = I(clean(s$lower)), upper = I(clean(s$upper)), shares = shares,
        quantile = unname(q$quantile), quantile_lower = unname(q$lower),
        quantile_upper = unname(q$upper), at = at, at_surv = a$surv, at_n_risk = a$n.risk,
        at_lower = clean(a$lower), at_upper = clean(a$upper), at_se = clean(a$std.err))
}
for (type in c("log-log", "log", "plain")) {
  checks[[paste0("km_ugly_", type)]] <- curve(ugly$day, ugly$event, paste0(
    "survfit(Surv(day, event) ~ 1, conf.type = '", type, "')"), conf.type = type)
  checks[[paste0("km_whole_weights_", type)]] <- curve(ugly$day, ugly$event, paste0(
    "survfit(weights = count, subset = count > 0, conf.type = '", type, "')"), ugly$count, type)
  checks[[paste0("km_fractional_weights_", type)]] <- curve(ugly$day, ugly$event, paste0(
    "survfit(weights = share, conf.type = '", type, "'): infinitesimal jackknife"),
    ugly$share, type)
}
checks$km_level_90 <- curve(ugly$day, ugly$event, "survfit(conf.int = 0.9)", level = 0.9)
small <- list(
  km_at_quantile = list(c(1, 2, 3, 4), c(1, 1, 0, 1)),
  km_ends_at_quantile = list(c(1, 2, 3, 4), c(1, 1, 0, 0)),
  km_to_zero = list(c(1, 2, 2, 3, 3), c(1, 1, 0, 1, 1)),
  km_one_patient_event = list(5, 1), km_one_patient_censored = list(5, 0),
  km_all_censored = list(c(2, 4, 4, 6), c(0, 0, 0, 0)),
  km_all_on_one_day = list(c(3, 3, 3), c(1, 1, 0)),
  km_all_at_time_zero = list(c(0, 0, 0), c(1, 0, 1))
)
for (name in names(small)) {
  d <- small[[name]]
  checks[[name]] <- curve(d[[1]], d[[2]], "survfit(Surv(time, event) ~ 1, conf.type = 'log-log')")
  checks[[name]]$value$data_time <- I(d[[1]])
  checks[[name]]$value$data_event <- I(d[[2]])
}

# Log-rank
log_rank <- function(call, fit) {
  total <- function(x) if (is.matrix(x)) rowSums(x) else x
  check(call, chisq = fit$chisq, p = fit$pvalue, observed = unname(total(fit$obs)),
        expected = unname(total(fit$exp)), n = as.vector(fit$n))
}
checks$logrank_ugly <- log_rank("survdiff(Surv(day, event) ~ arm)",
                                survdiff(Surv(day, event) ~ arm, ugly))
checks$logrank_ugly_stratified <- log_rank(
  "survdiff(Surv(day, event) ~ arm + strata(centre))",
  survdiff(Surv(day, event) ~ arm + strata(centre), ugly))
late <- data.frame(time = c(1, 1, 2, 5, 6, 7, 8), event = c(0, 0, 0, 1, 1, 0, 1),
                   arm = c(1, 1, 1, 2, 2, 3, 3))
checks$logrank_group_never_at_risk <- log_rank(
  "survdiff, the first group censored before the first event",
  survdiff(Surv(time, event) ~ arm, late))

# Restricted mean survival time; the difference and ratio by the formulas of survRM2.
restricted <- function(time, event, group, tau, call) {
  s <- summary(survfit(Surv(time, event) ~ group), rmean = tau)$table
  m <- s[, grep("^\\*?rmean", colnames(s))[1]]
  v <- s[, grep("se\\(rmean\\)", colnames(s))[1]]^2
  d <- m[2] - m[1]
  se <- sqrt(sum(v))
  lr <- log(m[2] / m[1])
  lse <- sqrt(sum(v / m^2))
  z <- qnorm(0.975)
  check(call, tau = tau, rmst = unname(m), se = unname(sqrt(v)), difference = unname(d),
        difference_se = se, difference_lower = unname(d - z * se),
        difference_upper = unname(d + z * se), difference_p = unname(2 * pnorm(-abs(d) / se)),
        ratio = unname(exp(lr)), log_ratio_se = lse, ratio_lower = unname(exp(lr - z * lse)),
        ratio_upper = unname(exp(lr + z * lse)), ratio_p = unname(2 * pnorm(-abs(lr) / lse)))
}
checks$rmst_bmt <- restricted(bmt$time, bmt$status, bmt$fab, 1095,
  "summary(survfit(Surv(time, status) ~ fab), rmean = 1095); difference and ratio as survRM2")
checks$rmst_mgus2 <- restricted(mgus2$futime, mgus2$death, mgus2$male, 240,
  "summary(survfit(Surv(futime, death) ~ male), rmean = 240); difference and ratio as survRM2")
two <- ugly[ugly$arm < 2, ]
checks$rmst_ugly_beyond <- restricted(two$day, two$event, two$arm, 20,
  "summary(survfit(Surv(day, event) ~ arm, subset = arm < 2), rmean = 20)")

# Cox models
terms_of <- function(fit, call) {
  robust <- !is.null(fit$naive.var)
  # coxph's own Wald test gives up on variances as far apart as 1e16 and 1e-16: scale them first
  size <- sqrt(diag(fit$var))
  correlation <- fit$var / outer(size, size)
  wald <- if (kappa(correlation) > 1e12) NA else
    sum((coef(fit) / size) * solve(correlation, coef(fit) / size))
  check(call, coef = unname(coef(fit)), se = I(unname(sqrt(diag(fit$var)))),
        naive_se = I(unname(sqrt(diag(if (robust) fit$naive.var else fit$var)))),
        loglik = fit$loglik, score_chisq = fit$score, wald_chisq = wald,
        concordance = unname(fit$concordance["concordance"]),
        concordance_se = unname(fit$concordance["std"]))
}
m <- Surv(mgus2$futime, mgus2$death)
u <- Surv(ugly$day, ugly$event)
counted <- ugly[ugly$count > 0, ]
fits <- list(
  cox_breslow = quote(coxph(Surv(futime, death) ~ male + age + hgb + creat, mgus2,
    ties = "breslow", control = exact)),
  cox_breslow_cluster = quote(coxph(Surv(futime, death) ~ male + age + hgb + creat, mgus2,
    ties = "breslow", cluster = decade, control = exact)),
  cox_robust = quote(coxph(Surv(futime, death) ~ male + age + hgb + creat, mgus2, robust = TRUE,
    control = exact)),
  cox_strata_cluster = quote(coxph(Surv(futime, death) ~ male + age + strata(decade), mgus2,
    cluster = year, control = exact)),
  cox_ugly = quote(coxph(Surv(day, event) ~ age + year + huge + tiny, ugly, control = exact)),
  cox_ugly_whole_weights = quote(coxph(Surv(day, event) ~ age + tiny, counted, weights = count,
    control = exact, robust = FALSE)),
  cox_ugly_fractional_weights = quote(coxph(Surv(day, event) ~ age + tiny + strata(centre), ugly,
    weights = share, robust = TRUE, control = exact)),
  cox_ugly_weights_cluster = quote(coxph(Surv(day, event) ~ age + tiny, ugly, weights = share,
    cluster = cluster, control = exact)),
  cox_ugly_weights_breslow = quote(coxph(Surv(day, event) ~ age + tiny, ugly, weights = share,
    cluster = cluster, ties = "breslow", control = exact))
)
fitted <- lapply(fits, eval)
for (name in names(fits)) {
  call <- gsub("\\s+", " ", paste(deparse(fits[[name]]), collapse = " "))
  checks[[name]] <- terms_of(fitted[[name]], call)
}
# R leaves the columns in place; the aliased ones have no coefficient.
aliased <- coxph(Surv(day, event) ~ age + constant + I(year - 2019) + I(combination + 4000), ugly,
                 control = exact)
checks$cox_aliased <- check("coxph with a constant and a combination of earlier covariates",
  coef = unname(coef(aliased)), se = unname(sqrt(diag(aliased$var)))[c(1, 3)],
  loglik = aliased$loglik)

# Schoenfeld tests
zph <- function(fit, call, transforms = c("km", "rank", "identity", "log")) {
  found <- lapply(setNames(transforms, transforms), function(transform) {
    table <- cox.zph(fit, transform)$table
    list(chisq = unname(table[, 1]), df = unname(table[, 2]), p = unname(table[, 3]))
  })
  do.call(check, c(list(call), found))
}
bmt$group_f <- factor(bmt$group)
checks$zph_bmt_factor <- zph(coxph(Surv(time, status) ~ group_f + age + donor_age, bmt,
  control = exact), "cox.zph(coxph(Surv(time, status) ~ group_f + age + donor_age)), by term")
checks$zph_bmt_strata <- zph(coxph(Surv(time, status) ~ group_f + age + strata(hospital), bmt,
  control = exact), "cox.zph(coxph(Surv(time, status) ~ group_f + age + strata(hospital)))")
checks$zph_mgus2_breslow <- zph(fitted$cox_breslow, "cox.zph of cox_breslow",
                                c("km", "rank", "identity"))
# cox.zph cannot invert the information of a covariate of 1e-8; the test does not depend on scale.
checks$zph_ugly_weights <- zph(coxph(Surv(day, event) ~ age + I(tiny * 1e8), ugly,
  weights = share, control = exact), "cox.zph of coxph(~ age + tiny, weights = share)",
  c("km", "rank", "identity"))

# Concordance
concord <- function(fit, call) check(call, estimate = unname(fit$concordance), se = sqrt(fit$var))
checks$concordance_ugly <- concord(concordance(Surv(day, event) ~ age, ugly, reverse = TRUE),
  "concordance(Surv(day, event) ~ age, reverse = TRUE)")
checks$concordance_ugly_strata_weights <- concord(
  concordance(Surv(day, event) ~ age + strata(centre), ugly, weights = share, reverse = TRUE),
  "concordance(Surv(day, event) ~ age + strata(centre), weights = share, reverse = TRUE)")
checks$concordance_many_strata <- concord(
  concordance(Surv(day, event) ~ age + strata(cluster), ugly, reverse = TRUE, keepstrata = TRUE),
  "concordance(Surv(day, event) ~ age + strata(cluster), reverse = TRUE, keepstrata = TRUE)")

# Predicted survival: two patients
predicted <- function(fit, newdata, times, call, conf.type) {
  value <- list(call, times = times)
  rows <- lapply(seq_len(nrow(newdata)), function(i) summary(
    survfit(fit, newdata[i, , drop = FALSE], conf.type = conf.type), times = times,
    extend = TRUE))
  part <- function(name) t(sapply(rows, function(r) as.vector(r[[name]])))
  do.call(check, c(value, list(surv = part("surv"), se = part("std.err"), lower = part("lower"),
                               upper = part("upper"))))
}
new <- data.frame(male = c(0, 1), age = c(60, 81), hgb = c(14, 9.5), creat = c(1, 3.2),
                  decade = c(1970, 1980))
at <- c(12, 60.5, 240, 500)
ties_efron <- coxph(Surv(futime, death) ~ male + age + hgb + creat, mgus2, control = exact)
checks$predicted_log <- predicted(ties_efron, new, at,
  "summary(survfit(coxph(Surv(futime, death) ~ male + age + hgb + creat), newdata), times)", "log")
checks$predicted_loglog <- predicted(ties_efron, new, at, "the same, conf.type = 'log-log'",
                                     "log-log")
checks$predicted_breslow <- predicted(fitted$cox_breslow, new, at, "the same, Breslow", "plain")
stratified <- coxph(Surv(futime, death) ~ male + age + strata(decade), mgus2, control = exact)
checks$predicted_strata <- predicted(stratified, new, at,
  "survfit(coxph(Surv(futime, death) ~ male + age + strata(decade)), newdata)", "log-log")
checks$predicted_robust <- predicted(fitted$cox_breslow_cluster, new, at,
  "survfit of cox_breslow_cluster: the robust variance is used", "log")
checks$predicted_weights <- predicted(fitted$cox_ugly_whole_weights,
  data.frame(age = c(50, 70), tiny = c(4e-8, 6e-8)), c(0, 3, 11),
  "survfit of cox_ugly_whole_weights", "log")
b <- basehaz(ties_efron, centered = FALSE)
checks$baseline_hazard <- check("basehaz(fit, centered = FALSE)",
  times = c(12, 120, 240), hazard = b$hazard[match(c(12, 120, 240), b$time)])

# Profile-likelihood limits: the covariate as an offset, root to 1e-12.
profile_limits <- function(y, X, term, strata = NULL, level = 0.95) {
  others <- X[, -term, drop = FALSE]
  loglik <- function(b) {
    o <- b * (X[, term] - mean(X[, term]))
    fit <- if (ncol(others)) {
      if (is.null(strata)) coxph(y ~ others + offset(o), control = exact)
      else coxph(y ~ others + offset(o) + strata(strata), control = exact)
    } else coxph(y ~ offset(o), control = exact)
    tail(fit$loglik, 1)
  }
  full <- if (is.null(strata)) coxph(y ~ X, control = exact)
          else coxph(y ~ X + strata(strata), control = exact)
  b <- coef(full)[term]
  s <- sqrt(full$var[term, term])
  drop <- function(x) 2 * (full$loglik[2] - loglik(x)) - qchisq(level, 1)
  unname(c(uniroot(drop, c(b - 6 * s, b), tol = 1e-13)$root,
           uniroot(drop, c(b, b + 6 * s), tol = 1e-13)$root))
}
X <- as.matrix(bmt[, c("fab", "age", "donor_age")])
y <- Surv(bmt$time, bmt$status)
limits <- sapply(1:3, function(j) profile_limits(y, X, j))
checks$profile_bmt <- check("coxph with the covariate as an offset, uniroot",
                            lower = limits[1, ], upper = limits[2, ])
limits <- sapply(1:3, function(j) profile_limits(y, X, j, bmt$hospital))
checks$profile_bmt_strata <- check("the same with strata(hospital)",
                                   lower = limits[1, ], upper = limits[2, ])
checks$profile_alone_90 <- check("fab alone, level 0.9",
  limits = profile_limits(y, X[, 1, drop = FALSE], 1, level = 0.9))

# Monotone likelihood: nobody in arm 2 has an event. The limit of the log likelihood and the
# one profile limit that exists, of arm 2 against the others beside age.
never <- as.numeric(ugly$arm == 2)
at_offset <- function(b) tail(coxph(u ~ age + offset(b * never), ugly, control = exact)$loglik, 1)
limit <- at_offset(-35)
checks$cox_monotone <- check("coxph(~ age + never) in the limit; profile limit by uniroot",
  loglik = limit,
  age = unname(coef(coxph(u ~ age + offset(-35 * never), ugly, control = exact))),
  upper = uniroot(function(b) 2 * (limit - at_offset(b)) - qchisq(0.95, 1), c(-10, 2),
                  tol = 1e-13)$root)

# Firth's penalised likelihood, maximised directly: log likelihood and information (Breslow)
# come from coxph at fixed coefficients.
firth <- function(y, X, level = 0.95) {
  p <- ncol(X)
  scale <- apply(X, 2, sd)
  Z <- scale(X)
  penalised <- function(b) {
    fit <- suppressWarnings(coxph(y ~ Z, init = b, ties = "breslow",
                                  control = coxph.control(iter.max = 0)))
    fit$loglik[1] - 0.5 * as.numeric(determinant(fit$var)$modulus)
  }
  best <- function(b, free) {
    if (!any(free)) return(list(value = penalised(b), b = b))
    f <- function(x) { b[free] <- x; -penalised(b) }
    o <- list(par = b[free])
    for (i in 1:6) o <- if (sum(free) > 1) {
      nlm(f, o$par, gradtol = 1e-14, steptol = 1e-14, iterlim = 500)[c("estimate", "minimum")] |>
        (\(r) list(par = r$estimate, value = r$minimum))()
    } else {
      r <- optimize(f, o$par + c(-5, 5), tol = 1e-14)
      list(par = r$minimum, value = r$objective)
    }
    b[free] <- o$par
    list(value = -o$value, b = b)
  }
  full <- best(rep(0, p), rep(TRUE, p))
  fit <- suppressWarnings(coxph(y ~ Z, init = full$b, ties = "breslow",
                                control = coxph.control(iter.max = 0)))
  se <- sqrt(diag(fit$var))
  limit <- function(j, side) {
    drop <- function(x) {
      b <- full$b; b[j] <- x; free <- rep(TRUE, p); free[j] <- FALSE
      2 * (full$value - best(b, free)$value) - qchisq(level, 1)
    }
    ends <- sort(full$b[j] + side * c(0, 8 * se[j]))
    uniroot(drop, ends, tol = 1e-10)$root
  }
  test <- sapply(1:p, function(j) {
    b <- full$b; b[j] <- 0; free <- rep(TRUE, p); free[j] <- FALSE
    pchisq(2 * (full$value - best(b, free)$value), 1, lower.tail = FALSE)
  })
  list(coef = unname(full$b / scale), se = unname(se / scale),
       lower = sapply(1:p, function(j) limit(j, -1)) / unname(scale),
       upper = sapply(1:p, function(j) limit(j, 1)) / unname(scale), p = test)
}
checks$firth_cox <- do.call(check, c(
  "coxph(iter.max = 0, ties = 'breslow') log likelihood + log det(information) / 2, maximised",
  firth(u, cbind(never = never, age = ugly$age))))

# Landmark
d <- subset(bmt, time > 100)
landmark <- survfit(Surv(time - 100, status) ~ 1, d, conf.type = "log-log")
s <- summary(landmark, times = c(265, 995))
checks$landmark_100 <- check("survfit(Surv(time - 100, status) ~ 1, subset = time > 100)",
  n = nrow(d), times = c(265, 995), surv = s$surv, lower = s$lower, upper = s$upper)

write_checks("survival",
  "ugly_survival.csv (constructed by survival.R), bmt.csv, mgus2.csv",
  paste("ugly: day with many ties and day 0, event 0/1, arm 2 without events, centre, cluster,",
        "count and share weights"),
  c("survival"), checks)
