package ai.cresset.nn.init;

/** The standard normal distribution in plain double arithmetic, the same on every machine. */
final class NormalDistribution {
  private static final double[] CENTRE_TOP = {
    2509.0809287301227, 33430.57558358813, 67265.7709270087,
    45921.95393154987, 13731.69376550946, 1971.5909503065513,
    133.14166789178438, 3.3871328727963665
  };
  private static final double[] CENTRE_BOTTOM = {
    5226.495278852854, 28729.085735721943, 39307.89580009271,
    21213.794301586597, 5394.196021424751, 687.1870074920579,
    42.31333070160091, 1
  };
  private static final double[] NEAR_TOP = {
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506,
    1.2704582524523684, 3.6478483247632045, 5.769497221460691,
    4.630337846156546, 1.4234371107496835
  };
  private static final double[] NEAR_BOTTOM = {
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457,
    0.14810397642748008, 0.6897673349851, 1.6763848301838038,
    2.053191626637759, 1
  };
  private static final double[] FAR_TOP = {
    2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784,
    0.026532189526576124, 0.29656057182850487, 1.7848265399172913,
    5.463784911164114, 6.657904643501103
  };
  private static final double[] FAR_BOTTOM = {
    2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5,
    0.0007868691311456133, 0.014875361290850615, 0.1369298809227358,
    0.599832206555888, 1
  };

  private NormalDistribution() {}

  /** The quantile function (Wichura 1988, algorithm AS 241), 1e-15 relative. */
  static double inverse(double probability) {
    double centred = probability - 0.5;
    if (Math.abs(centred) <= 0.425) {
      double r = 0.180625 - centred * centred;
      return centred * polynomial(CENTRE_TOP, r) / polynomial(CENTRE_BOTTOM, r);
    }
    double tail = centred < 0 ? probability : 1 - probability;
    double r = Math.sqrt(-StrictMath.log(Math.max(tail, Double.MIN_NORMAL)));
    double size =
        r <= 5
            ? polynomial(NEAR_TOP, r - 1.6) / polynomial(NEAR_BOTTOM, r - 1.6)
            : polynomial(FAR_TOP, r - 5) / polynomial(FAR_BOTTOM, r - 5);
    return centred < 0 ? -size : size;
  }

  /** The distribution function: a series in the middle, a continued fraction in the tails. */
  static double cumulative(double x) {
    double density = StrictMath.exp(-x * x / 2) / 2.5066282746310002;
    double distance = Math.abs(x);
    if (distance < 2.5) {
      double term = x;
      double sum = x;
      for (int k = 3; Math.abs(term) > 1e-18 * Math.abs(sum); k += 2) {
        term *= x * x / k;
        sum += term;
      }
      return 0.5 + density * sum;
    }
    double fraction = distance;
    for (int k = 200; k >= 1; k--) {
      fraction = distance + k / fraction;
    }
    double tail = density / fraction;
    return x < 0 ? tail : 1 - tail;
  }

  private static double polynomial(double[] coefficients, double x) {
    double value = 0;
    for (double coefficient : coefficients) {
      value = value * x + coefficient;
    }
    return value;
  }
}
