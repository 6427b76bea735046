using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.AI;
using Parsimony.Engine;

namespace Parsimony.Chat.Tests;

public sealed class TelemetryTests : IAsyncDisposable
{
    private readonly ChatWorld _world = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public void The_page_lists_exactly_what_the_code_emits()
    {
        var page = File.ReadAllText(PathOf("docs", "telemetry.md"));

        var listed = page.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]).Where(name => !name.Contains(' ', StringComparison.Ordinal));

        Assert.Equal(ParsimonyTelemetry.Metrics.Concat(ParsimonyTelemetry.Attributes), listed);
    }

    [Fact]
    public async Task Every_instrument_is_listed()
    {
        var instruments = new ConcurrentBag<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == ParsimonyTelemetry.Name)
                {
                    instruments.Add(instrument.Name);
                }
            },
        };
        var process = await _world.StartAsync();
        using var chat = new ScriptedClient().UseMetering(process.Engine);
        await chat.GetResponseAsync(ChatWorld.Ask(), cancellationToken: Token);
        listener.Start();

        Assert.Equal(ParsimonyTelemetry.Metrics.Order(), instruments.Distinct().Order());
    }

    [Fact]
    public async Task A_batched_and_a_live_call_are_measured_once_each()
    {
        var component = nameof(A_batched_and_a_live_call_are_measured_once_each);
        using var recorded = new Recorded();
        var process = await _world.StartAsync();
        using var chat = process.Plain().UseBatching(process.Engine, options => options.Component = component).UseMetering(process.Engine);

        await _world.RunUntilAsync(process, chat.GetResponseAsync(ChatWorld.Ask(), _world.Within(TimeSpan.FromHours(24)), Token));
        await chat.GetResponseAsync(ChatWorld.Ask(), cancellationToken: Token);
        await chat.GetService<MeteringChatClient>()!.FlushAsync(Token);

        var ledger = await process.LedgerAsync();
        Assert.Equal((double)ledger.Sum(row => row.Entry.CostUsd!.Value), recorded.Sum("parsimony.request.cost"), 12);
        Assert.Equal((double)ledger.Sum(row => row.Entry.SavedByBatchUsd), recorded.Sum("parsimony.request.saved"), 12);
        Assert.Equal(ledger.Sum(row => row.Entry.Usage!.Value.TotalInput + row.Entry.Usage!.Value.TotalOutput), recorded.Sum("gen_ai.client.token.usage"));
        Assert.Equal(1, recorded.Count("gen_ai.client.operation.duration"));
        Assert.Equal(1, recorded.Sum("parsimony.batch.submitted"));
        Assert.Equal(1, recorded.Count("parsimony.batch.duration"));
    }

    [Fact]
    public async Task A_call_is_a_span_named_by_the_conventions()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ParsimonyTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var process = await _world.StartAsync();
        using var chat = new ScriptedClient { Metadata = new ChatClientMetadata("azure.ai.openai", null, "span-test") }.UseMetering(process.Engine);

        await chat.GetResponseAsync(ChatWorld.Ask(), cancellationToken: Token);

        var span = Assert.Single(spans, span => span.DisplayName == "chat span-test");
        Assert.Equal((ActivityKind.Client, "azure.ai.openai", 1_000L), (span.Kind, span.GetTagItem("gen_ai.provider.name"), span.GetTagItem("gen_ai.usage.input_tokens")));
        Assert.All(span.TagObjects, tag => Assert.Contains(tag.Key, ParsimonyTelemetry.Attributes));
    }

    private static string PathOf(params string[] parts)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Parsimony.slnx")))
        {
            folder = folder.Parent;
        }

        return Path.Combine([folder.FullName, .. parts]);
    }

    /// <summary>What was measured on the threads of one test: other tests run beside it.</summary>
    private sealed class Recorded : IDisposable
    {
        private readonly ConcurrentQueue<(string Name, double Value)> _values = new();
        private readonly AsyncLocal<bool> _isMine = new() { Value = true };
        private readonly MeterListener _listener = new();

        public Recorded()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == ParsimonyTelemetry.Name)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Add(instrument.Name, value));
            _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument.Name, value));
            _listener.Start();
        }

        public double Sum(string name) => _values.Where(value => value.Name == name).Sum(value => value.Value);

        public int Count(string name) => _values.Count(value => value.Name == name);

        public void Dispose() => _listener.Dispose();

        private void Add(string name, double value)
        {
            if (_isMine.Value)
            {
                _values.Enqueue((name, value));
            }
        }
    }
}
