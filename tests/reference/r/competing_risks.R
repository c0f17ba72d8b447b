# Reference values for competing risks beyond bmt.json and mgus2.json.
# Run in this folder: Rscript competing_risks.R
source("write_checks.R")
suppressPackageStartupMessages({library(survival); library(cmprsk)})

# Three causes, whole months (heavy ties, events and censorings on one day), day 0, a centre
# without cause 2, a risk group without cause 3, a calendar year and another unit.
set.seed(20260102)
n <- 240
d <- data.frame(
  centre = sample(1:5, n, TRUE, c(.3, .25, .2, .15, .1)),
  risk = sample(0:2, n, TRUE), score = round(rnorm(n, 3, 1.5), 1),
  year = sample(2015:2024, n, TRUE)
)
d$crp <- round(exp(rnorm(n, 3, 1)), 1) * 1e8
rate <- 0.03 * exp(0.5 * (d$risk == 2) + 0.15 * d$score)
d$time <- floor(pmin(rexp(n, rate), runif(n, 0, 40)))
d$status <- sample(0:3, n, TRUE, c(.3, .4, .2, .1))
d$status[d$centre == 4 & d$status == 2] <- 0
d$status[d$risk == 1 & d$status == 3] <- 1
write.csv(d, "../data/constructed_competing.csv", row.names = FALSE, quote = FALSE)
d <- read.csv("../data/constructed_competing.csv")
bmt <- read.csv("../data/bmt.csv")
mgus2 <- read.csv("../data/mgus2.csv")
at <- c(0, 3, 12, 24, 30)

# crr stops at the last rounding of its line search: Newton steps with its own score and
# information, evaluated at fixed coefficients, end at the solution.
polished <- function(time, status, x, ...) {
  x <- as.matrix(x)
  b <- rep(0, ncol(x))
  for (i in 1:30) {
    fit <- suppressWarnings(crr(time, status, x, init = b, maxiter = 0, ...))
    b <- b + solve(fit$inf, fit$score)
  }
  crr(time, status, x, init = b, maxiter = 0, ...)
}
values <- function(fit, call) {
  se <- sqrt(diag(fit$var))
  check(call, coef = unname(fit$coef), se = se, var = fit$var, p = 2 * pnorm(-abs(fit$coef / se)),
        loglik = fit$loglik, loglik_null = fit$loglik.null)
}
curves <- function(fit, times) {
  tests <- names(fit) == "Tests"
  points <- timepoints(fit[!tests], times)
  list(curves = rownames(points$est), est = unname(points$est), var = unname(points$var))
}

checks <- list()
checks$cuminc <- list(call = "cuminc(time, status); timepoints()",
  value = c(list(times = at), curves(cuminc(d$time, d$status), at)))
checks$cuminc_by_risk <- list(call = "cuminc(time, status, risk); timepoints()",
  value = c(list(times = at), curves(cuminc(d$time, d$status, d$risk), at)))
one <- survfit(Surv(time, factor(status, 0:3)) ~ 1, data = d)
s <- summary(one, times = at)
checks$survfit <- check(
  "survfit(Surv(time, factor(status, 0:3)) ~ 1): pstate, infinitesimal jackknife, log limits",
  times = at, est = t(s$pstate[, -1]), se = t(s$std.err[, -1]), lower = t(s$lower[, -1]),
  upper = t(s$upper[, -1]))
tests <- function(call, ...) {
  r <- cuminc(...)$Tests
  check(call, cause = as.integer(rownames(r)), stat = unname(r[, "stat"]), df = unname(r[, "df"]),
        p = pchisq(unname(r[, "stat"]), unname(r[, "df"]), lower.tail = FALSE))
}
checks$gray <- tests("cuminc(time, status, risk)$Tests", d$time, d$status, d$risk)
checks$gray_stratified <- tests("cuminc(time, status, risk, strata = centre)$Tests",
  d$time, d$status, d$risk, d$centre)
checks$gray_centres <- tests("cuminc(time, status, centre)$Tests", d$time, d$status, d$centre)
# strata 1 and 2 hold one risk group each: they have no say
lone <- ifelse(d$centre == 1, 0, ifelse(d$centre == 2, 1, d$risk))
checks$gray_lone_group <- tests(
  "cuminc(time, status, group, strata = centre)$Tests; group 0 in centre 1, 1 in centre 2, risk elsewhere",
  d$time, d$status, lone, d$centre)

x <- cbind(as.numeric(d$risk == 1), as.numeric(d$risk == 2), d$score, d$year - 2020, d$crp / 1e8)
for (cause in 1:3) {
  keep <- if (cause == 3) -1 else 1:5
  checks[[paste0("crr_cause", cause)]] <- values(
    polished(d$time, d$status, x[, keep], failcode = cause),
    paste0("crr(time, status, cbind(risk == 1, risk == 2, score, year - 2020, crp / 1e8)",
           if (cause == 3) "[, -1]", ", failcode = ", cause, "), Newton steps to convergence"))
}
fit <- polished(d$time, d$status, x)
new <- rbind(c(0, 0, 3, 0, 20), c(0, 1, 6, 3, 100))
p <- predict(fit, new)
checks$crr_predict <- check("predict(crr(...), new) at times", covariates = new, times = at,
  cif = t(sapply(2:3, function(j) p[findInterval(at, p[, 1]), j])))
checks$crr_cengroup <- values(polished(d$time, d$status, x, cengroup = d$centre),
  "crr(time, status, x, cengroup = centre), Newton steps to convergence")
positive <- d$time > 0
checks$crr_positive_times <- values(polished(d$time[positive], d$status[positive], x[positive, ]),
  "crr of the rows with time > 0, Newton steps to convergence")

checks$bmt_multivariable <- values(
  polished(bmt$time, bmt$event, bmt[, c("fab", "age", "donor_age")]),
  "bmt: crr(time, event, ~fab+age+donor_age), Newton steps to convergence")
checks$mgus2_male <- values(polished(mgus2$time, mgus2$event, mgus2["male"]),
  "mgus2: crr(time, event, ~male), Newton steps to convergence")
checks$mgus2_mspike <- values(polished(mgus2$time, mgus2$event, mgus2["mspike"]),
  "mgus2: crr(time, event, ~mspike), Newton steps to convergence")

exact <- coxph.control(eps = 1e-14, toler.chol = 1e-15, toler.inf = 1e-14, iter.max = 50)
d$event <- factor(d$status, 0:3)
fg <- finegray(Surv(time, event) ~ ., data = d, etype = "1")
model <- coxph(Surv(fgstart, fgstop, fgstatus) ~ factor(risk) + score + I(year - 2020),
  data = fg, weights = fgwt, ties = "breslow", cluster = centre, control = exact)
robust <- function(model, call) check(call, coef = unname(coef(model)),
  robust_se = unname(sqrt(diag(model$var))), naive_se = unname(sqrt(diag(model$naive.var))),
  loglik = model$loglik[2])
checks$finegray_cluster <- robust(model,
  "finegray, coxph(~ factor(risk) + score + I(year - 2020), weights = fgwt, cluster = centre)")
for (transform in c("km", "identity", "log")) {
  late <- if (transform == "log") subset(d, time > 0) else d
  expanded <- finegray(Surv(time, event) ~ ., data = late, etype = "1")
  m <- coxph(Surv(fgstart, fgstop, fgstatus) ~ factor(risk) + score + I(year - 2020),
    data = expanded, weights = fgwt, ties = "breslow", control = exact)
  z <- cox.zph(m, transform = transform)$table
  checks[[paste0("finegray_zph_", transform)]] <- check(
    paste0("cox.zph(coxph(...) of finegray data, transform = '", transform, "')",
           if (transform == "log") ", rows with time > 0"),
    terms = rownames(z), chisq = unname(z[, "chisq"]), df = unname(z[, "df"]),
    p = unname(z[, "p"]))
}
fg <- finegray(Surv(time, event) ~ . + strata(centre), data = transform(d, site = centre),
  etype = "1")
model <- coxph(Surv(fgstart, fgstop, fgstatus) ~ factor(risk) + score + strata(site),
  data = fg, weights = fgwt, ties = "breslow", cluster = year, control = exact)
checks$finegray_strata <- robust(model,
  "finegray(~ strata(centre)), coxph(~ factor(risk) + score + strata(centre), cluster = year)")
fg <- finegray(Surv(time, event) ~ ., data = transform(d, patient = seq_len(n)), etype = "1")
model <- coxph(Surv(fgstart, fgstop, fgstatus) ~ score + I(2 * score + 1) + I(risk * 0 + 4) + risk,
  data = fg, weights = fgwt, ties = "breslow", cluster = patient, control = exact)
checks$finegray_aliased <- robust(model,
  "finegray, coxph(~ score + I(2 * score + 1) + I(risk * 0 + 4) + risk, cluster = patient)")

write_checks("competing_risks",
  "data/constructed_competing.csv, made by r/competing_risks.R; bmt and mgus2 where named",
  paste("time: months (day 0 allowed); status: 0 censored, 1 to 3 causes; risk: group 0, 1, 2;",
        "centre: stratum, cluster, censoring group; crp in units of 1e-8"),
  c("survival", "cmprsk"), checks)
