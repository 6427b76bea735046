using System.Globalization;
using System.Text.Json;

namespace Parsimony.Sandbox;

/// <summary>
/// The clock of a sandbox with a state file: the providers' time goes on while the sandbox is down, as real providers' does, and never back.
/// </summary>
internal static class SandboxEpoch
{
    /// <summary>Sandbox time for a sandbox that starts now; leaves a new anchor beside the state file.</summary>
    public static DateTimeOffset Start(SandboxHostOptions options)
    {
        var realNow = options.RealClock.GetUtcNow();
        if (options.Model.StateFile is not { } stateFile)
            return options.Start ?? realNow;

        var file = stateFile + ".clock";
        var start = options.Start ?? realNow;
        if (File.Exists(file) && Read(file) is { } anchor)
        {
            var goneBy = realNow > anchor.Real ? realNow - anchor.Real : TimeSpan.Zero;
            start = anchor.Sandbox + (goneBy * anchor.Speed);
        }

        Write(file, realNow, start, options.Speed);
        return start;
    }

    private static (DateTimeOffset Real, DateTimeOffset Sandbox, double Speed)? Read(string file)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            var root = json.RootElement;
            return (root.GetProperty("real").GetDateTimeOffset(), root.GetProperty("sandbox").GetDateTimeOffset(), root.GetProperty("speed").GetDouble());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new InvalidDataException($"{file} does not hold a sandbox clock; remove it together with the state file to start afresh.", e);
        }
    }

    // Written aside and moved into place, so a kill leaves the old anchor or the new one.
    private static void Write(string file, DateTimeOffset real, DateTimeOffset sandbox, double speed)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"real":"{{real.ToUniversalTime():O}}","sandbox":"{{sandbox.ToUniversalTime():O}}","speed":{{speed:R}}}""");
        File.WriteAllText(file + ".new", text);
        File.Move(file + ".new", file, overwrite: true);
    }
}
