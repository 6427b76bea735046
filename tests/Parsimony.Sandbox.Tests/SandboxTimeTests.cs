using System.Net;
using System.Text;
using Parsimony.Sandbox.Model;
using Parsimony.Testing;

namespace Parsimony.Sandbox.Tests;

/// <summary>What takes time takes sandbox time, to the millisecond of the clock that paces it.</summary>
public sealed class SandboxTimeTests
{
    private readonly ManualClock _real = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Replies_after_the_latency()
    {
        var latency = TimeSpan.FromSeconds(10);
        await using var host = await SandboxHost.StartAsync(
            new SandboxHostOptions { RealClock = _real, Speed = 100, Model = new SandboxOptions { LiveLatencyMin = latency, LiveLatencyMax = latency, RequireKey = false } }, Token);
        using var http = new HttpClient();
        using var content = new StringContent("""{"model":"gpt-5-mini","messages":[{"role":"user","content":"hello"}]}""", Encoding.UTF8, "application/json");

        var replying = http.PostAsync(new Uri(host.Address, "openai/v1/chat/completions"), content, Token);
        await SleepsAsync();
        _real.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal(1, _real.Sleepers);
        _real.Advance(TimeSpan.FromMilliseconds(1));

        using var reply = await replying;
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
    }

    [Fact]
    public async Task Writes_slow_bytes()
    {
        using var written = new MemoryStream();
        await using var slow = new SlowStream(written, TimeSpan.FromMilliseconds(100), new ScaledClock(_real, DateTimeOffset.UnixEpoch, speed: 100));
        var start = _real.GetUtcNow();

        var writing = slow.WriteAsync(new byte[1_000], Token).AsTask();
        while (!writing.IsCompleted)
        {
            if (_real.Sleepers > 0)
            {
                _real.Advance(TimeSpan.FromMilliseconds(1));
            }

            await Task.Yield();
        }

        await writing;
        Assert.Equal(1_000, written.Length);
        Assert.Equal(TimeSpan.FromSeconds(1), _real.GetUtcNow() - start);
    }

    private async Task SleepsAsync()
    {
        while (_real.Sleepers == 0)
        {
            Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
