# Reference values for logistic regression beyond asah.json and endometrial.json.
# Run in this folder: Rscript logistic.R
source("write_checks.R")
suppressPackageStartupMessages(library(brglm2))

asah <- read.csv("../data/asah.csv")
endometrial <- read.csv("../data/endometrial.csv")
asah$group <- as.integer(asah$wfns >= 3)

# The standard error of glm belongs to the last but one iterate; starting at the solution makes
# both the same.
converged_glm <- function(formula, data, ...) {
  arguments <- list(formula = formula, family = binomial(), data = data,
                    control = glm.control(epsilon = 1e-14, maxit = 100), ...)
  fit <- do.call(glm, arguments)
  start <- ifelse(is.na(coef(fit)), 0, coef(fit))
  suppressWarnings(do.call(glm, c(arguments, list(start = start))))
}
wald <- function(fit, call) {
  s <- summary(fit)$coefficients
  check(call, terms = rownames(s), coef = s[, 1], se = s[, 2], z = s[, 3], p = s[, 4],
        loglik = as.numeric(logLik(fit)))
}

# A data set with calendar years, scales of 1e8 and 1e-8, aliased columns and zero weights.
set.seed(20260101)
n <- 80
constructed <- data.frame(
  y = rbinom(n, 1, 0.4), points = sample(0:7, n, TRUE), year = sample(2015:2023, n, TRUE),
  huge = round(rnorm(n, 5e8, 1e8)), tiny = round(rnorm(n, 5, 1), 3) * 1e-8, constant = 3.7,
  weight = sample(0:3, n, TRUE), known = round(rnorm(n, 0, 0.5), 3)
)
constructed$y[constructed$points > 5] <- rbinom(sum(constructed$points > 5), 1, 0.8)
constructed$combination <- constructed$points - 2 * constructed$year + 5
write.csv(constructed, "../data/constructed_binary.csv", row.names = FALSE, quote = FALSE)
constructed <- read.csv("../data/constructed_binary.csv")
rescaled <- transform(constructed, huge = huge / 1e8, tiny = tiny * 1e8, year = year - 2019)

# Exact profile limits: the deviance with one coefficient held by an offset, root to 1e-12.
profile_limits <- function(y, X, w = rep(1, length(y)), level = 0.95) {
  deviance_at <- function(j, b) glm.fit(
    X[, -j, drop = FALSE], y, weights = w, offset = b * X[, j], family = binomial(),
    control = glm.control(epsilon = 1e-14, maxit = 100))$deviance
  fit <- glm.fit(X, y, weights = w, family = binomial(),
                 control = glm.control(epsilon = 1e-14, maxit = 100))
  se <- sqrt(diag(chol2inv(fit$qr$qr)))
  target <- fit$deviance + qchisq(level, 1)
  one <- function(j, side) uniroot(
    function(b) deviance_at(j, b) - target, sort(coef(fit)[j] + side * c(0.3, 6) * se[j]),
    tol = 1e-13)$root
  list(lower = sapply(seq_along(se), one, side = -1), upper = sapply(seq_along(se), one, side = 1))
}

checks <- list()
checks$continuous_converged <- wald(converged_glm(poor ~ wfns, asah),
  "glm(poor ~ wfns, asah), refitted from its solution")
checks$weighted <- wald(converged_glm(y ~ points + year, rescaled, weights = rescaled$weight),
  "glm(y ~ points + I(year - 2019), weights = weight), constructed_binary")
X <- cbind(1, rescaled$points, rescaled$year)
limits <- profile_limits(rescaled$y, X, rescaled$weight)
checks$weighted_profile <- check("exact profile deviance by uniroot, model of 'weighted'",
  lower = limits$lower, upper = limits$upper)
checks$scales <- wald(converged_glm(y ~ huge + tiny, rescaled),
  "glm(y ~ I(huge / 1e8) + I(tiny * 1e8)), constructed_binary")
# A tighter epsilon would tighten the tolerance for aliasing too, below rounding; the model with
# the aliased columns left out gives the converged numbers.
aliased <- glm(y ~ points + constant + year + combination, binomial, rescaled)
kept <- converged_glm(y ~ points + year, rescaled)
stopifnot(identical(names(coef(aliased))[!is.na(coef(aliased))], names(coef(kept))))
spread <- function(x) replace(rep(NA_real_, 5), !is.na(coef(aliased)), x)
checks$aliased <- check("glm(y ~ points + constant + I(year - 2019) + combination): NA is aliased",
  terms = names(coef(aliased)), coef = spread(coef(kept)), se = spread(sqrt(diag(vcov(kept)))))
checks$offset <- wald(converged_glm(y ~ 1, rescaled, offset = rescaled$known),
  "glm(y ~ 1, offset = known), constructed_binary")
smaller <- converged_glm(poor ~ group, asah)
larger <- converged_glm(poor ~ group + age + female, asah)
test <- anova(smaller, larger, test = "LRT")
checks$likelihood_ratio <- check("anova(glm(poor ~ group), glm(poor ~ group + age + female))",
  statistic = test$Deviance[2], df = test$Df[2], p = test$`Pr(>Chi)`[2])
X <- model.matrix(larger)
limits <- profile_limits(asah$poor, X)
checks$profile_all <- check("exact profile deviance by uniroot, all terms, asah",
  lower = limits$lower, upper = limits$upper)

# Firth: brglm2's coefficients; standard errors from the expected information at them.
firth <- function(formula, data, ...) {
  fit <- do.call(glm, list(formula = formula, family = binomial(), data = data,
    method = "brglmFit", type = "AS_mean", epsilon = 1e-13, maxit = 10000, ...))
  X <- model.matrix(fit)
  w <- fit$prior.weights * fitted(fit) * (1 - fitted(fit))
  list(fit = fit, se = sqrt(diag(solve(crossprod(X * sqrt(w))))))
}
f <- firth(y ~ points + year, rescaled, weights = rescaled$weight)
checks$firth_weighted <- check("brglmFit AS_mean, weights, constructed_binary; SE at the estimate",
  terms = names(coef(f$fit)), coef = unname(coef(f$fit)), se = unname(f$se))
separated <- data.frame(y = rep(0:1, c(8, 6)), x = 1:14,
                        z = c(0, 1, 1, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1))
f <- firth(y ~ x + z, separated)
checks$firth_complete_separation <- check(
  "y = rep(0:1, c(8, 6)), x = 1:14, z = 0 1 1 0 0 1 0 0 1 0 1 1 0 1; brglmFit AS_mean",
  terms = names(coef(f$fit)), coef = unname(coef(f$fit)), se = unname(f$se))

# Penalised likelihood-ratio tests of the endometrial model by direct maximisation.
X <- model.matrix(HG ~ NV + PI + EH, endometrial)
penalized <- function(b) {
  eta <- drop(X %*% b); p <- plogis(eta)
  sum(endometrial$HG * eta - log1p(exp(eta))) +
    0.5 * as.numeric(determinant(crossprod(X * sqrt(p * (1 - p))))$modulus)
}
maximum <- function(free) {
  # columns are scaled so that the search is well conditioned
  scale <- apply(abs(X), 2, max)[free]
  f <- function(g) { b <- numeric(4); b[free] <- g / scale; -penalized(b) }
  g <- rep(0, length(free))
  for (i in 1:5) g <- optim(g, f, method = "BFGS",
    control = list(reltol = 1e-16, maxit = 2000, ndeps = rep(1e-5, length(free))))$par
  -f(g)
}
full <- maximum(1:4)
checks$firth_tests <- check(
  "2 * (penalised loglik - its maximum with the term at 0), endometrial; all: intercept only",
  terms = c("NV", "PI", "EH", "all"),
  statistic = c(sapply(2:4, function(j) 2 * (full - maximum(setdiff(1:4, j)))),
                2 * (full - maximum(1))))

write_checks("logistic", "asah.csv, endometrial.csv and constructed_binary.csv (made by this script)",
  "see each call", c("brglm2"), checks)
