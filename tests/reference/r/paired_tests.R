# Reference values for two binary tests on the same patients.
# Run in this folder: Rscript paired_tests.R
source("write_checks.R")
asah <- read.csv("../data/asah.csv")
asah$first <- as.integer(asah$wfns >= 3)
asah$second <- as.integer(asah$s100b >= 0.2)
cases <- subset(asah, poor == 1); controls <- subset(asah, poor == 0)

# Tango's score interval: the constrained maximum likelihood of the discordant cells by optimize.
tango <- function(b, c, n) {
  z <- function(d) {
    loglik <- function(q) {  # q: probability of second only, q + d of first only
      p <- c(b, c, n - b - c) ; prob <- c(q + d, q, 1 - 2 * q - d)
      sum(ifelse(p == 0, 0, p * log(prob)))
    }
    low <- max(0, -d); high <- (1 - d) / 2
    # maximum from the quadratic score equation, written out differently from the code it checks
    score <- function(q) b / (q + d) + c / q - 2 * (n - b - c) / (1 - 2 * q - d)
    q <- uniroot(score, c(low + 1e-12, high - 1e-12), tol = 1e-15)$root
    (b - c - n * d) / sqrt(n * (2 * q + d * (1 - d)))
  }
  observed <- (b - c) / n
  c(uniroot(function(d) z(d) - qnorm(0.975), c(-0.95, observed), tol = 1e-14)$root,
    uniroot(function(d) z(d) + qnorm(0.975), c(observed, 0.95), tol = 1e-14)$root)
}
mcnemar <- function(data, positive) {
  one <- data$first == positive; two <- data$second == positive
  b <- sum(one & !two); c <- sum(!one & two)
  t <- mcnemar.test(table(one, two), correct = FALSE); limits <- tango(b, c, nrow(data))
  list(difference = mean(one) - mean(two), statistic = unname(t$statistic), p = t$p.value,
       exact_p = binom.test(b, b + c)$p.value, lower = limits[1], upper = limits[2])
}
checks <- list(
  sensitivity = list(call = "mcnemar.test(correct=FALSE), binom.test, Tango by uniroot; cases",
                     value = mcnemar(cases, 1)),
  specificity = list(call = "the same, controls, negative tests", value = mcnemar(controls, 0)))

# Long data, one row a patient and test; sandwich variances clustered by patient.
long <- rbind(data.frame(id = seq_len(nrow(asah)), x = 1, t = asah$first, d = asah$poor),
              data.frame(id = seq_len(nrow(asah)), x = 0, t = asah$second, d = asah$poor))
sandwich <- function(scores, bread, id) {
  meat <- crossprod(rowsum(scores, id))
  bread %*% meat %*% bread
}
predictive <- function(sign) {
  rows <- subset(long, t == sign); y <- if (sign == 1) rows$d else 1 - rows$d
  fit <- lm(y ~ x, rows); X <- model.matrix(fit)
  V <- sandwich(X * residuals(fit), solve(crossprod(X)), rows$id)
  # generalised score test of Kosinski: the pooled share and its weighted covariance
  pooled <- mean(y); n1 <- sum(rows$x == 1); n2 <- sum(rows$x == 0)
  both <- intersect(rows$id[rows$x == 1], rows$id[rows$x == 0])
  yb <- y[rows$x == 1][match(both, rows$id[rows$x == 1])]
  C <- sum((yb - pooled)^2) / (n1 + n2)
  statistic <- coef(fit)[[2]]^2 / ((pooled * (1 - pooled) - 2 * C) * (1 / n1 + 1 / n2))
  list(difference = coef(fit)[[2]], se = sqrt(V[2, 2]), statistic = statistic,
       p = pchisq(statistic, 1, lower.tail = FALSE))
}
checks$ppv <- list(call = "lm of outcome on test among positives, sandwich; Kosinski's statistic",
                   value = predictive(1))
checks$npv <- list(call = "the same among negatives", value = predictive(0))

# Gu and Pepe: log P(t | x, d) is saturated, robust to the pairing of tests.
ratio <- function(sign) {
  y <- as.integer(long$t == sign); X <- model.matrix(~ x * d, long)
  fit <- glm(y ~ x * d, poisson, long, control = glm.control(epsilon = 1e-14, maxit = 100))
  mu <- fitted(fit)
  V <- sandwich(X * (y - mu), solve(crossprod(X * sqrt(mu))), long$id)
  list(ratio = exp(coef(fit)[["x:d"]]), log_se = sqrt(V[4, 4]),
       p = 2 * pnorm(-abs(coef(fit)[["x:d"]] / sqrt(V[4, 4]))))
}
checks$lr_positive <- list(call = "log-linear regression with sandwich variance, x:d", value = ratio(1))
checks$lr_negative <- list(call = "the same of negative tests", value = ratio(0))
write_checks("paired_tests", "asah.csv: first test wfns >= 3, second test s100b >= 0.2",
             "see each call", "stats", checks)
