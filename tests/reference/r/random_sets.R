# Reference values of every method on five random data sets that were drawn to be awkward.
# Run in this folder: Rscript random_sets.R
source("write_checks.R")
suppressPackageStartupMessages({
  library(survival); library(cmprsk); library(pROC); library(brglm2); library(metafor)
  library(epiR); library(riskRegression); library(prodlim)
})
# ties, a calendar year, a factor with a rare level, weights, clusters; then what each set adds:
# 1 whole months; 2 a group without the event; 3 hardly a tie; 4 few patients, cause 2 absent and
# cause 3 coded; 5 weights of zero, everybody censored late
draw <- function(set, n, events, step) {
  d <- data.frame(set = set, centre = sample(1:6, n, TRUE, 6:1), group = sample(0:2, n, TRUE),
                  year = sample(2015:2024, n, TRUE), x = round(rnorm(n), 2))
  d$rare <- as.integer(seq_len(n) %in% sample(n, 4))
  rate <- 0.04 * exp(0.5 * (d$group == 2) + 0.4 * d$x)
  d$time <- ceiling(pmin(rexp(n, rate), runif(n, 2, 45)) / step) * step
  d$status <- sample(0:3, n, TRUE, events)
  d$weight <- sample(1:3, n, TRUE)
  d$y <- rbinom(n, 1, plogis(-0.7 + 0.6 * d$x + 0.5 * (d$group == 2)))
  d$m1 <- round(d$x + rnorm(n), 1); d$m2 <- sample(0:4, n, TRUE) + d$y
  d$b1 <- as.integer(d$m1 > 0.3); d$b2 <- as.integer(d$m2 > 2)
  d$risk <- round(plogis(-0.5 + 0.7 * d$x), 3)
  d
}
set.seed(20261121)
d <- rbind(draw(1, 90, c(.3, .4, .2, .1), 3), draw(2, 60, c(.3, .4, .3, 0), 1),
           draw(3, 150, c(.4, .3, .2, .1), .001), draw(4, 26, c(.3, .5, 0, .2), 4),
           draw(5, 120, c(.6, .25, .15, 0), 1))
d$status[d$set == 2 & d$group == 1 & d$status == 1] <- 0
d$y[d$set == 2 & d$group == 1] <- 0
d$weight[d$set == 5] <- d$weight[d$set == 5] - 1
write.csv(d, "../data/random_sets.csv", row.names = FALSE, quote = FALSE)
all_sets <- read.csv("../data/random_sets.csv")

tight <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 100)
exactly <- glm.control(epsilon = 1e-15, maxit = 200)
polished <- function(time, status, x, ...) {  # as in competing_risks.R
  x <- as.matrix(x); b <- rep(0, ncol(x))
  for (i in 1:40) {
    fit <- suppressWarnings(crr(time, status, x, init = b, maxiter = 0, ...))
    b <- b + solve(fit$inf, fit$score)
  }
  crr(time, status, x, init = b, maxiter = 0, ...)
}
cox_values <- function(fit) {
  s <- summary(fit)
  list(coef = unname(coef(fit)), se = unname(sqrt(diag(vcov(fit)))), loglik = fit$loglik,
       lr = unname(s$logtest), wald = drop(coef(fit) %*% solve(vcov(fit), coef(fit))),
       score = unname(s$sctest))
}
curve <- function(fit) list(time = fit$time, surv = fit$surv, se = fit$std.err * fit$surv,
                            lower = fit$lower, upper = fit$upper)
incidence <- function(d, times, causes) {
  x <- timepoints(cuminc(d$time, d$status), times)
  rows <- match(paste(1, causes), rownames(x$est))
  list(times = times, est = unname(x$est[rows, , drop = FALSE]),
       var = unname(x$var[rows, , drop = FALSE]))
}
gray <- function(f) list(statistic = unname(f$Tests[, 1]), p = unname(f$Tests[, 2]),
                         df = unname(f$Tests[, 3]), cause = as.integer(rownames(f$Tests)))
profile_limits <- function(X, y, w, j) {
  fit <- function(x, o = NULL) glm.fit(x, y, weights = w, offset = o, family = binomial(),
                                       control = exactly)
  full <- fit(X); b <- full$coefficients[j]
  g <- function(t) fit(X[, -j, drop = FALSE], X[, j] * t)$deviance - full$deviance - qchisq(.95, 1)
  step <- function(sign) { t <- b; while (g(t) < 0) t <- t + sign; t }
  c(uniroot(g, c(step(-.5), b), tol = 1e-14)$root, uniroot(g, c(b, step(.5)), tol = 1e-14)$root)
}
glm_values <- function(X, y, w = NULL) {
  if (is.null(w)) w <- rep(1, length(y))
  f <- suppressWarnings(glm.fit(X, y, weights = w, family = binomial(), control = exactly))
  mu <- f$fitted.values
  list(coef = unname(f$coefficients),
       se = unname(sqrt(diag(solve(crossprod(X * sqrt(w * mu * (1 - mu))))))),
       profile = unname(profile_limits(X, y, w, 2)))
}
of_set <- function(k) {
  d <- subset(all_sets, set == k); w <- subset(d, weight > 0)
  causes <- sort(setdiff(unique(d$status), 0))
  d$event <- as.integer(d$status == 1); w$event <- as.integer(w$status == 1)
  S <- Surv(d$time, d$event)
  at <- unname(quantile(d$time, c(.2, .5, .8), type = 1))
  v <- list()
  v$km <- curve(survfit(S ~ 1, conf.type = "log-log"))
  v$km_weighted_log <- curve(survfit(Surv(time, event) ~ 1, w, weights = weight, conf.type = "log"))
  q <- quantile(survfit(S ~ 1, conf.type = "plain"), c(.2, .4))
  v$quantiles <- lapply(q, unname)
  v$rmst <- unname(summary(survfit(S ~ 1), rmean = at[3])$table[c("rmean", "se(rmean)")])
  if (k != 4) v$log_rank <- survdiff(S ~ group, d)$chisq
  v$log_rank_strata <- survdiff(S ~ group + strata(centre), d)$chisq
  g2 <- as.integer(d$group == 2)
  m <- coxph(S ~ g2 + x + year, d, control = tight)
  v$cox <- cox_values(m)
  v$cox_strata <- cox_values(coxph(S ~ g2 + x + strata(rare), d, control = tight))
  v$cox_breslow <- cox_values(coxph(S ~ g2 + x + year, d, ties = "breslow", control = tight))
  v$cox_weighted <- list(coef = unname(coef(
    wm <- coxph(Surv(time, event) ~ x + year, w, weights = weight, cluster = centre,
                control = tight))), se = unname(sqrt(diag(vcov(wm)))))
  v$cox_cluster <- unname(sqrt(diag(vcov(coxph(S ~ g2 + x, d, cluster = centre, control = tight)))))
  v$zph <- lapply(c(km = "km", rank = "rank", identity = "identity"), function(t)
    unname(cox.zph(m, transform = t)$table))
  cc <- concordance(m); v$concordance <- c(cc$concordance, sqrt(cc$var))
  ss <- summary(survfit(m, data.frame(g2 = 1, x = .5, year = 2020), conf.type = "log-log"),
                times = at)
  v$predicted <- list(at = at, surv = ss$surv, se = ss$std.err, lower = ss$lower, upper = ss$upper)
  uno <- concordance(S ~ x, d, timewt = "n/G2", reverse = TRUE)
  v$uno <- uno$concordance
  v$incidence <- incidence(d, at, causes)
  v$gray <- gray(cuminc(d$time, d$status, d$group))
  v$gray_strata <- gray(cuminc(d$time, d$status, d$group, strata = d$centre))
  X <- cbind(g2, x = d$x, year = d$year - 2020)
  f <- polished(d$time, d$status, X)
  v$fine_gray <- list(coef = unname(f$coef), se = sqrt(diag(f$var)), loglik = f$loglik)
  f <- polished(d$time, d$status, X, cengroup = d$rare)
  v$fine_gray_groups <- list(coef = unname(f$coef), se = sqrt(diag(f$var)))
  e <- factor(d$status, 0:3); long <- data.frame(t = d$time, e, g2, x = d$x, centre = d$centre)
  fg <- finegray(Surv(t, e) ~ ., long, etype = "1", id = seq_len(nrow(long)))
  cf <- coxph(Surv(fgstart, fgstop, fgstatus) ~ g2 + x, fg, weights = fgwt, cluster = centre,
              ties = "breslow", control = tight)
  v$fine_gray_cluster <- list(coef = unname(coef(cf)), se = unname(sqrt(diag(vcov(cf)))))
  v$logistic <- glm_values(cbind(1, x = d$x, g2, d$year - 2020), d$y)
  v$logistic_weighted <- glm_values(cbind(1, x = w$x, w$year - 2020), w$y, w$weight)
  b <- glm(y ~ x + factor(group), binomial, d, method = "brglmFit", type = "AS_mean",
           epsilon = 1e-12, maxit = 5000)
  v$firth <- list(coef = unname(coef(b)), se = unname(sqrt(diag(vcov(b)))))
  one <- roc(d$y, d$m1, direction = "<", quiet = TRUE)
  two <- roc(d$y, d$m2, direction = "<", quiet = TRUE)
  test <- roc.test(one, two, method = "delong", paired = TRUE)
  v$auc <- list(ci = as.numeric(ci.auc(one)), se = sqrt(var(one)), z = unname(test$statistic),
                p = test$p.value, limits = as.numeric(test$conf.int))
  kw <- kruskal.test(m1 ~ group, d); v$kruskal <- c(kw$statistic[[1]], kw$p.value)
  mw <- suppressWarnings(wilcox.test(m1 ~ y, d)); v$mann_whitney <- c(mw$statistic[[1]], mw$p.value)
  sp <- suppressWarnings(cor.test(d$m1, d$m2, method = "spearman", exact = FALSE))
  v$spearman <- sp$estimate[[1]]
  pe <- cor.test(d$m1, d$m2); v$pearson <- c(pe$estimate[[1]], pe$p.value, pe$conf.int)
  tab <- table(d$group, d$m2); v$fisher <- fisher.test(tab, workspace = 2e8)$p.value
  cs <- suppressWarnings(chisq.test(table(d$group, d$y), correct = FALSE))
  v$chi_square <- c(cs$statistic[[1]], cs$p.value)
  cells <- c(tp = sum(d$b2 & d$y), fp = sum(d$b2 & !d$y), fn = sum(!d$b2 & d$y),
             tn = sum(!d$b2 & !d$y))
  if (all(cells > 0)) {
    ep <- epi.tests(as.vector(cells), method = "exact")$detail
    row <- function(s) unname(unlist(ep[ep$statistic == s, c("est", "lower", "upper")]))
    v$accuracy <- lapply(c(sensitivity = "se", specificity = "sp", ppv = "pv.pos", npv = "pv.neg",
                           lr_positive = "lr.pos", lr_negative = "lr.neg"), row)
    ft <- fisher.test(matrix(cells, 2)); v$conditional <- c(ft$estimate[[1]], ft$conf.int, ft$p.value)
  }
  z <- qlogis(d$risk)
  i0 <- glm(d$y ~ offset(z), family = binomial, control = exactly)
  s1 <- glm(d$y ~ z, family = binomial, control = exactly)
  v$calibration <- list(intercept = unname(coef(i0)), slope = coef(s1)[[2]],
                        brier = mean((d$y - d$risk)^2))
  if (k != 4) v$loess <- { e <- abs(fitted(loess(d$y ~ d$risk)) - d$risk)
    c(mean(e), median(e), quantile(e, .9, names = FALSE), max(e)) }
  nb <- sapply(c(.2, .4), function(t) mean(d$risk >= t & d$y) - mean(d$risk >= t & !d$y) * t / (1 - t))
  v$net_benefit <- nb
  if (k %in% c(1, 3, 5)) {
    sc <- Score(list(m = d$risk), Hist(time, status) ~ 1, transform(d, status = pmin(status, 2)),
                times = at[2], metrics = c("auc", "brier"), cens.model = "km", conservative = FALSE,
                null.model = FALSE, se.fit = TRUE, contrasts = FALSE, cause = 1)
    v$score <- list(at = at[2], auc = sc$AUC$score$AUC, auc_se = sc$AUC$score$se,
                    brier = sc$Brier$score$Brier, brier_se = sc$Brier$score$se)
  }
  by <- lapply(1:6, function(c) { p <- subset(d, centre == c)
    c(sum(p$y[p$b2 == 1]), sum(p$b2 == 1), sum(p$y[p$b2 == 0]), sum(p$b2 == 0)) })
  t4 <- do.call(rbind, by); cell <- cbind(t4[, 1], t4[, 2] - t4[, 1], t4[, 3], t4[, 4] - t4[, 3])
  ok <- apply(cell > 0, 1, all)
  yi <- log(cell[ok, 1] * cell[ok, 4] / cell[ok, 2] / cell[ok, 3]); vi <- rowSums(1 / cell[ok, , drop = FALSE])
  if (length(yi) > 2) { r <- rma(yi, vi, method = "REML", test = "knha",
                                 control = list(threshold = 1e-14, maxiter = 5000))
    p <- predict(r)
    v$random_effects <- list(yi = yi, vi = vi, estimate = c(r$b, r$se, r$ci.lb, r$ci.ub, r$pval),
                             tau2 = r$tau2, i2 = r$I2, prediction = c(p$pi.lb, p$pi.ub)) }
  v
}
sets <- lapply(1:5, function(k) list(call = "the calls of random_sets.R", value = of_set(k)))
names(sets) <- paste0("set_", 1:5)
write_checks("random_sets", "drawn by random_sets.R", "see random_sets.R",
             c("survival", "cmprsk", "pROC", "brglm2", "metafor", "epiR", "riskRegression"), sets)
