# Reference values for calibration curves, resampled performance and optimism beyond asah.json.
# Run in this folder: Rscript prediction.R
source("write_checks.R")
suppressPackageStartupMessages(library(pROC))
asah <- read.csv("../data/asah.csv")
checks <- list()
control <- glm.control(epsilon = 1e-14, maxit = 100)
model <- glm(poor ~ wfns + age + female, binomial, asah, control = control)
p <- fitted(model)
risk <- unname(p^0.8 / (p^0.8 + 0.7 * (1 - p)^0.8))
y <- asah$poor
checks$risk <- check("the predicted risks of asah.json 'calibration'", risk = risk)

smooth <- loess(y ~ risk, span = 0.75, degree = 2)
at <- c(0.1, 0.25, 0.5, 0.75, 0.9)
predicted <- predict(smooth, at, se = TRUE)
half <- qt(0.975, predicted$df) * predicted$se.fit
checks$calibration_curve <- check("predict(loess(y ~ risk), at, se=TRUE), t limits, clipped to 0-1",
  at = at, fit = unname(pmin(1, pmax(0, predicted$fit))),
  lower = unname(pmax(0, predicted$fit - half)), upper = unname(pmin(1, predicted$fit + half)))
brier <- (y - risk)^2
checks$brier_se <- check("sd((y - p)^2) / sqrt(n)", se = sd(brier) / sqrt(length(y)))

# One set of bootstrap samples for both languages.
set.seed(20260102)
samples <- t(replicate(12, sample(length(y), replace = TRUE)))
performance <- function(y, p) {
  lp <- qlogis(p)
  c(auc = as.numeric(auc(roc(y, p, direction = "<", quiet = TRUE))),
    intercept = unname(coef(glm(y ~ offset(lp), family = binomial, control = control))[1]),
    slope = unname(coef(glm(y ~ lp, family = binomial, control = control))[2]),
    brier = mean((y - p)^2),
    benefit_20 = mean(p >= 0.2 & y == 1) - mean(p >= 0.2 & y == 0) * 0.25,
    benefit_50 = mean(p >= 0.5 & y == 1) - mean(p >= 0.5 & y == 0))
}
values <- t(apply(samples, 1, function(i) performance(y[i], risk[i])))
checks$resampled <- list(call = "AUC, calibration and net benefit in given samples (rows from 0)",
  value = c(list(samples = samples - 1), as.list(as.data.frame(values))))
checks$percentiles <- check("quantile(slope, c(.025, .975))",
  limits = unname(quantile(values[, "slope"], c(0.025, 0.975))))

optimism <- t(apply(samples, 1, function(i) {
  refit <- glm(poor ~ wfns + age + female, binomial, asah[i, ], control = control)
  q <- predict(refit, asah, type = "response")
  performance(y[i], q[i])[1:4] - performance(y, q)[1:4]
}))
apparent <- performance(y, fitted(model))[1:4]
checks$optimism <- list(call = "Harrell's optimism of glm(poor ~ wfns + age + female), same samples",
  value = list(measure = names(apparent), apparent = unname(apparent),
               optimism = unname(colMeans(optimism)),
               corrected = unname(apparent - colMeans(optimism))))
write_checks("prediction", "asah.csv", "see each call", "pROC", checks)
