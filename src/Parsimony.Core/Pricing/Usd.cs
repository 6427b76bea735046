using System.Globalization;

namespace Parsimony;

/// <summary>How an amount in USD is shown. The only place where money is rounded, and only for the eye.</summary>
public static class Usd
{
    /// <summary>Two decimals from one dollar up, three significant digits below: <c>13,500.00</c>, <c>0.50</c>, <c>0.00042</c>. No currency sign.</summary>
    public static string Format(decimal usd)
    {
        var size = Math.Abs(usd);
        if (size == 0 || size >= 1)
        {
            return usd.ToString("#,##0.00", CultureInfo.InvariantCulture);
        }

        var decimals = 3;
        for (var scaled = size; scaled < 0.1m; scaled *= 10)
        {
            decimals++;
        }

        // A decimal has 28 places; anything smaller was already rounded by the type itself.
        var rounded = Math.Round(usd, Math.Min(decimals, 28), MidpointRounding.ToEven);
        return rounded.ToString("0.00##########################", CultureInfo.InvariantCulture);
    }
}
