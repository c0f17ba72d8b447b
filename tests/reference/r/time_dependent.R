# Reference values for time-dependent AUC and Brier score beyond breast_external_validation.json.
# Run in this folder: Rscript time_dependent.R
source("write_checks.R")
suppressPackageStartupMessages({library(survival); library(riskRegression); library(prodlim)})
breast <- read.csv("../data/breast_external_validation.csv")
development <- subset(breast, set == "development")
validation <- subset(breast, set == "validation")
fit <- coxph(Surv(time, status) ~ nodes + size + grade3 + age, development, x = TRUE,
             control = coxph.control(eps = 1e-14, iter.max = 100))
times <- c(1, 3, 5)
risk <- predictRisk(fit, newdata = validation, times = times)
predictions <- data.frame(time = validation$time, status = validation$status,
  lp = predict(fit, newdata = validation), risk_1 = risk[, 1], risk_3 = risk[, 2], risk_5 = risk[, 3])
write.csv(format(predictions, digits = 17, trim = TRUE), "../data/breast_predictions.csv",
          row.names = FALSE, quote = FALSE)

score <- function(risk, formula, data, times, conservative, ...) {
  s <- Score(list(m = risk), formula = formula, data = data, times = times,
             metrics = c("auc", "brier"), cens.model = "km", conservative = conservative,
             null.model = TRUE, se.fit = TRUE, contrasts = FALSE, ...)
  a <- s$AUC$score; b <- s$Brier$score
  list(times = times, auc = a$AUC, auc_se = a$se, auc_lower = a$lower, auc_upper = a$upper,
       brier = b$Brier[b$model == "m"], brier_se = b$se[b$model == "m"],
       brier_null = b$Brier[b$model == "Null model"],
       brier_null_se = b$se[b$model == "Null model"])
}
checks <- list()
checks$survival <- list(call = "Score(risks of the Cox model, validation, cens.model='km')",
  value = score(risk, Hist(time, status) ~ 1, validation, times, FALSE))
checks$survival_conservative <- list(
  call = "the same, conservative=TRUE: the censoring distribution taken as known",
  value = score(risk, Hist(time, status) ~ 1, validation, times, TRUE))

mgus2 <- read.csv("../data/mgus2.csv")
mgus2$risk <- plogis(-6 + 0.03 * mgus2$age + 1.1 * mgus2$mspike)
horizon <- c(60, 120, 240)
checks$competing <- list(
  call = "Score(plogis(-6 + .03 age + 1.1 mspike), Hist(time, event), cause=1, mgus2): controls are free of the event, competing ones included",
  value = score(matrix(mgus2$risk, nrow(mgus2), 3), Hist(time, event) ~ 1, mgus2, horizon, FALSE, cause = 1))
checks$competing_conservative <- list(call = "the same, conservative=TRUE",
  value = score(matrix(mgus2$risk, nrow(mgus2), 3), Hist(time, event) ~ 1, mgus2, horizon, TRUE, cause = 1))

points <- data.frame(time = validation$time, status = validation$status,
                     risk = pmin(1, findInterval(predictions$lp, c(-0.5, 0, 0.5, 1)) / 5 + 0.1))
checks$tied_marker <- list(call = "Score of 5 distinct risks, findInterval(lp, c(-.5, 0, .5, 1)) / 5 + .1",
  value = score(matrix(points$risk, nrow(points), 3), Hist(time, status) ~ 1, points, times, FALSE))

two <- Score(list(a = risk, b = matrix(points$risk, nrow(points), 3)), Hist(time, status) ~ 1,
             data = validation, times = times, metrics = "auc", cens.model = "km", contrasts = TRUE)
contrast <- two$AUC$contrasts
checks$auc_difference <- check("Score(list(Cox risk, tied marker))$AUC$contrasts, sign turned",
  times = times, difference = -contrast$delta.AUC, lower = -contrast$upper, upper = -contrast$lower,
  p = contrast$p)

uno <- function(...) concordance(Surv(time, status) ~ lp, predictions, reverse = TRUE,
                                 timewt = "n/G2", ...)
checks$uno <- check("concordance(timewt='n/G2'), also ymax=3 and of the tied marker",
  all = unname(uno()$concordance), to_3 = unname(uno(ymax = 3)$concordance),
  tied = unname(concordance(Surv(time, status) ~ risk, points, reverse = TRUE, timewt = "n/G2")$concordance),
  se = sqrt(uno()$var), se_to_3 = sqrt(uno(ymax = 3)$var))
write_checks("time_dependent", "breast_predictions.csv (made here), mgus2.csv", "see each call",
             c("riskRegression", "survival", "prodlim"), checks)
