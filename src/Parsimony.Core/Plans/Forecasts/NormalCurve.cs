namespace Parsimony;

/// <summary>The standard normal distribution, and Student's beside it, to about six digits.</summary>
internal static class NormalCurve
{
    /// <summary>The chance of a value below <paramref name="z"/>.</summary>
    public static double Below(double z)
    {
        // Simpson's rule on the density: smooth, so 64 steps are exact to nine digits inside eight deviations.
        if (z <= -8)
        {
            return 0;
        }

        if (z >= 8)
        {
            return 1;
        }

        const int steps = 64;
        var width = z / steps;
        var sum = Density(0) + Density(z);
        for (var step = 1; step < steps; step++)
        {
            sum += (step % 2 == 1 ? 4 : 2) * Density(step * width);
        }

        return 0.5 + (sum * width / 3);
    }

    /// <summary>The value that is exceeded with a chance of <paramref name="above"/>, under one half.</summary>
    public static double Exceeded(double above)
    {
        var (low, high) = (0.0, 8.0);
        for (var step = 0; step < 60; step++)
        {
            var middle = (low + high) / 2;
            (low, high) = 1 - Below(middle) > above ? (middle, high) : (low, middle);
        }

        return high;
    }

    /// <summary>The same for Student's distribution: what is measured a few times is surer to be wrong. Cornish and Fisher's expansion, good from ten degrees on.</summary>
    public static double Exceeded(double above, double degrees)
    {
        var z = Exceeded(above);
        var (z3, z5, z7) = (Math.Pow(z, 3), Math.Pow(z, 5), Math.Pow(z, 7));
        return z
            + ((z3 + z) / (4 * degrees))
            + (((5 * z5) + (16 * z3) + (3 * z)) / (96 * degrees * degrees))
            + (((3 * z7) + (19 * z5) + (17 * z3) - (15 * z)) / (384 * degrees * degrees * degrees));
    }

    private static double Density(double z) => Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
}
