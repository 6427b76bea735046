using System.Diagnostics;
using System.Globalization;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>Kills this process at a named effect, for crash tests: <c>PARSIMONY_CRASH_AT=name:n</c> kills it the n-th time it gets there.</summary>
internal static class CrashArming
{
    /// <summary>What to do at each <see cref="EffectPoint"/>: nothing, unless armed.</summary>
    /// <exception cref="UserException">The variable names no effect.</exception>
    public static Action<string> FromEnvironment()
    {
        if (Environment.GetEnvironmentVariable("PARSIMONY_CRASH_AT") is not { Length: > 0 } armed)
        {
            return static _ => { };
        }

        var colon = armed.LastIndexOf(':');
        var name = colon < 0 ? armed : armed[..colon];
        var left = 1;
        if (!EffectPoint.All.Contains(name, StringComparer.Ordinal)
            || (colon >= 0 && !int.TryParse(armed[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out left)))
        {
            throw new UserException($"PARSIMONY_CRASH_AT={armed} names no effect. Effects: {string.Join(", ", EffectPoint.All)}.");
        }

        return reached =>
        {
            if (reached == name && Interlocked.Decrement(ref left) == 0)
            {
                using var self = Process.GetCurrentProcess();
                // SIGKILL: no finally, no flush, as a power cut to this process would be.
                self.Kill();
                self.WaitForExit();
            }
        };
    }
}
