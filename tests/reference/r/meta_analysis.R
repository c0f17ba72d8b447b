# Reference values for meta-analysis beyond meta.json.
# Run in this folder: Rscript meta_analysis.R
source("write_checks.R")
suppressPackageStartupMessages(library(metafor))
meta <- read.csv("../data/meta.csv")
checks <- list()
tight <- list(threshold = 1e-14, maxiter = 10000)
describe <- function(fit) {
  p <- predict(fit); ci <- if (fit$method == "FE" || fit$method == "EE") NULL else confint(fit, control = list(tol = 1e-14))$random
  list(estimate = as.numeric(fit$beta), se = fit$se, lower = fit$ci.lb, upper = fit$ci.ub, p = fit$pval,
       tau2 = fit$tau2, tau2_lower = ci[1, 2], tau2_upper = ci[1, 3], I2 = fit$I2, H2 = fit$H2,
       Q = fit$QE, Q_p = fit$QEp, loglik = as.numeric(logLik(fit)),
       prediction_lower = p$pi.lb, prediction_upper = p$pi.ub, weight = unname(weights(fit)))
}
checks$ml_hartung_knapp <- list(call = "rma(method='ML', test='knha')",
  value = describe(rma(yi, vi, data = meta, method = "ML", test = "knha", control = tight)))
checks$reml_all <- list(call = "rma(method='REML', test='knha'), confint", 
  value = describe(rma(yi, vi, data = meta, method = "REML", test = "knha", control = tight)))
checks$fixed_all <- list(call = "rma(method='FE')", value = describe(rma(yi, vi, data = meta, method = "FE")))
checks$reml_z <- list(call = "rma(method='REML', test='z'); its normal prediction interval not ours",
  value = describe(rma(yi, vi, data = meta, method = "REML", control = tight)))
homogeneous <- data.frame(yi = c(0.31, 0.28, 0.35, 0.30), vi = c(0.1, 0.2, 0.15, 0.12))
checks$homogeneous <- list(call = "rma of yi = .31 .28 .35 .30, vi = .1 .2 .15 .12: tau2 is 0",
  value = describe(rma(yi, vi, data = homogeneous, method = "REML", test = "knha", control = tight)))

# Zero cells: conditional exact likelihood with normal random effects, by integrate and nlm.
counts <- data.frame(ai = c(3, 0, 15, 2, 0, 19, 6, 4), n1i = c(20, 15, 42, 18, 25, 60, 33, 28),
                     ci = c(1, 6, 1, 0, 0, 9, 0, 8), n2i = c(22, 14, 40, 21, 24, 55, 30, 26))
write.csv(counts, "../data/zero_cells.csv", row.names = FALSE, quote = FALSE)
log_choose <- function(a, n1, m, n2) lchoose(n1, a) + lchoose(n2, m - a)
study <- function(i, theta, tau) {
  n1 <- counts$n1i[i]; n2 <- counts$n2i[i]; a <- counts$ai[i]; m <- a + counts$ci[i]
  support <- max(0, m - n2):min(n1, m)
  base <- log_choose(support, n1, m, n2)
  density <- function(z) sapply(z, function(zz) {
    w <- base + (theta + tau * zz) * support
    exp(w[support == a] - max(w)) / sum(exp(w - max(w)))
  })
  if (tau == 0) return(log(density(0)))
  log(integrate(function(z) density(z) * dnorm(z), -Inf, Inf, rel.tol = 1e-12, abs.tol = 0,
                subdivisions = 2000)$value)
}
loglik <- function(theta, tau) sum(sapply(seq_len(nrow(counts)), study, theta = theta, tau = tau))
objective <- function(x) -loglik(x[1], exp(x[2]))
fit <- optim(c(1, log(0.5)), objective, control = list(reltol = 1e-15, maxit = 5000))
for (i in 1:4) fit <- optim(fit$par, objective, control = list(reltol = 1e-16, maxit = 5000))
# Newton steps on Richardson derivatives finish what the simplex leaves
for (i in 1:4) fit$par <- fit$par -
  solve(numDeriv::hessian(objective, fit$par), numDeriv::grad(objective, fit$par))
H <- numDeriv::hessian(objective, fit$par)
cm <- suppressWarnings(rma.glmm(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = counts,
                                model = "CM.EL", method = "ML"))
checks$conditional_exact <- check(
  "likelihood of rma.glmm(measure='OR', model='CM.EL') by integrate(rel.tol=1e-12), Newton; zero_cells",
  estimate = fit$par[1], se = sqrt(solve(H)[1, 1]), tau2 = exp(2 * fit$par[2]),
  loglik = -objective(fit$par), loglik_no_heterogeneity = optimize(function(t) loglik(t, 0),
    c(-2, 4), maximum = TRUE, tol = 1e-12)$objective,
  rma_estimate = as.numeric(cm$beta), rma_se = cm$se, rma_tau2 = cm$tau2)
equal <- suppressWarnings(rma.glmm(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i, data = counts,
                                   model = "CM.EL", method = "EE"))
one <- optimize(function(t) loglik(t, 0), c(-2, 4), maximum = TRUE, tol = 1e-12)$maximum
h <- numDeriv::hessian(function(t) -loglik(t, 0), one)
checks$conditional_fixed <- check("the same without random effects; rma.glmm(method='EE')",
  estimate = one, se = 1 / sqrt(h[1]), rma_estimate = as.numeric(equal$beta), rma_se = equal$se)

# Bivariate model of sensitivity and false positive rate (Reitsma), REML, exact 0.5 rule written out.
accuracy <- data.frame(tp = c(45, 18, 60, 27, 33, 12, 51, 24), fn = c(5, 6, 22, 3, 15, 1, 9, 12),
                       fp = c(20, 9, 14, 25, 11, 16, 18, 6), tn = c(80, 51, 96, 45, 79, 24, 102, 64))
accuracy$set <- "boundary"
inside <- data.frame(tp = c(45, 30, 60, 27, 33, 12, 51, 24), fn = c(5, 3, 22, 13, 7, 1, 19, 12),
                     fp = c(20, 9, 14, 5, 31, 6, 8, 16), tn = c(80, 51, 96, 65, 49, 34, 132, 54),
                     set = "inside")
write.csv(rbind(accuracy, inside), "../data/accuracy_studies.csv", row.names = FALSE, quote = FALSE)
logits <- function(accuracy) with(accuracy, data.frame(
  study = rep(seq_along(tp), each = 2), arm = rep(c("sensitivity", "specificity"), length(tp)),
  yi = c(rbind(log(tp / fn), log(tn / fp))), vi = c(rbind(1 / tp + 1 / fn, 1 / tn + 1 / fp))))
bivariate <- function(accuracy, method) {
  long <- logits(accuracy)
  fit <- rma.mv(yi, vi, mods = ~ arm - 1, random = ~ arm | study, struct = "UN", data = long,
                method = method)
  # polish: restricted or full likelihood of the 2 x 2 covariance, Newton on Richardson derivatives
  blocks <- split(seq_len(nrow(long)), long$study)
  value <- function(x) {
    L <- matrix(c(x[1], x[2], 0, x[3]), 2); S <- L %*% t(L)
    A <- matrix(0, 2, 2); b <- c(0, 0); ld <- 0
    for (i in blocks) { W <- solve(diag(long$vi[i]) + S); A <- A + W; b <- b + W %*% long$yi[i]; ld <- ld - log(det(W)) }
    m <- solve(A, b); q <- 0
    for (i in blocks) { W <- solve(diag(long$vi[i]) + S); r <- long$yi[i] - m; q <- q + t(r) %*% W %*% r }
    as.numeric(ld + q + if (method == "REML") log(det(A)) else 0) / 2
  }
  S <- fit$G; x <- t(chol(S))[c(1, 2, 4)]
  for (i in 1:8) x <- x - solve(numDeriv::hessian(value, x), numDeriv::grad(value, x))
  L <- matrix(c(x[1], x[2], 0, x[3]), 2); S <- L %*% t(L)
  A <- matrix(0, 2, 2); b <- c(0, 0)
  for (i in blocks) { W <- solve(diag(long$vi[i]) + S); A <- A + W; b <- b + W %*% long$yi[i] }
  list(mean = as.numeric(solve(A, b)), covariance = solve(A), between = S,
       rma_mean = as.numeric(fit$beta), rma_se = fit$se, rma_between = fit$G[1:2, 1:2])
}
checks$bivariate_boundary <- list(
  call = "rma.mv(struct='UN', method='REML') on logits, polished by Newton; correlation -1",
  value = bivariate(accuracy, "REML"))
checks$bivariate_reml <- list(call = "rma.mv(struct='UN', method='REML'), polished by Newton",
                              value = bivariate(inside, "REML"))
checks$bivariate_ml <- list(call = "rma.mv(struct='UN', method='ML'), polished by Newton",
                            value = bivariate(inside, "ML"))
write_checks("meta_analysis", "meta.csv, zero_cells.csv and accuracy_studies.csv (constructed here)",
             "see each call", c("metafor", "numDeriv"), checks)
