using Parsimony.Sandbox.Model;

namespace Parsimony.Sandbox.Tests;

/// <summary>Hosts whose time a test moves by hand.</summary>
internal static class Given
{
    public const string Batch = "batch-file.jsonl";

    public static async Task<(SandboxHost Host, MovedClock Time)> Host(SandboxOptions? model = null)
    {
        var time = new MovedClock();
        var host = await SandboxHost.StartAsync(
            new SandboxHostOptions { Model = model ?? Model(), RealClock = time }, TestContext.Current.CancellationToken);
        return (host, time);
    }

    public static SandboxOptions Model() => new() { LiveLatencyMin = TimeSpan.Zero, LiveLatencyMax = TimeSpan.Zero };

    public static Task<HttpResponseMessage> Fault(this SandboxHost host, HttpClient http, string rule) => http.PostAsync(
        new Uri(host.Address, "sandbox/faults"), new StringContent("{\"rules\":[" + rule + "]}"), TestContext.Current.CancellationToken);
}

/// <summary>A clock whose time moves only when told; its timers are real ones.</summary>
internal sealed class MovedClock : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero).AddTicks(GetTimestamp());

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public void Advance(TimeSpan span) => Interlocked.Add(ref _ticks, span.Ticks);
}
