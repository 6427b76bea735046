using System.Globalization;
using Parsimony.Testing;

namespace Parsimony.Engine.Tests;

/// <summary>Prompts that no longer begin alike are noticed where they are sent.</summary>
public sealed class LiveDriftTests : IAsyncDisposable
{
    private static readonly ModelId Sol = new(ProviderId.OpenAI, "gpt-5.6-sol");

    private readonly StageWorld _world = new();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    private IEnumerable<string> Said => _world.Log.Lines.Where(line => line.Contains("no longer begin alike", StringComparison.Ordinal));

    [Fact]
    public async Task A_time_before_the_instructions_of_live_calls_is_said_once_with_what_it_wastes()
    {
        _world.CacheTerms = static _ => CacheTerms.Planned;
        _world.Start();

        await EnqueueAsync(12, isLive: true, number => $"Now it is 10:00:{number:00}. ");
        await SendAllAsync();

        var line = Assert.Single(Said);
        Assert.Contains("Volatile block 1 (system", line, StringComparison.Ordinal);
        Assert.Contains("component 'mail'", line, StringComparison.Ordinal);
        Assert.Matches(@"\d+ tokens could have been read from the cache, 0\.\d+ USD", line);
        Assert.DoesNotContain("10:00", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Live_calls_that_begin_alike_say_nothing()
    {
        _world.CacheTerms = static _ => CacheTerms.Planned;
        _world.Start();

        await EnqueueAsync(12, isLive: true, static _ => "");
        await SendAllAsync();

        Assert.Empty(Said);
    }

    [Fact]
    public async Task A_time_in_the_prompts_of_a_batch_is_said_once()
    {
        await EnqueueAsync(80, isLive: false, number => string.Create(CultureInfo.InvariantCulture, $"Now it is 10:{number:00}. "));
        await _world.Store.Batches.FlushAsync("run", _world.Now, StageWorld.Token);
        await _world.RunAsync("submitter");

        Assert.Contains("Volatile block 1", Assert.Single(Said), StringComparison.Ordinal);
    }

    /// <summary>A batch is sent in the order of its prefixes; that is no reason to think that one turns into the next.</summary>
    [Fact]
    public async Task Several_instructions_in_turn_in_one_batch_say_nothing()
    {
        await EnqueueAsync(80, isLive: false, number => number % 2 == 0 ? "Sort. " : "Answer at length, and as kindly as can be: " + new string('y', 900));
        await _world.Store.Batches.FlushAsync("run", _world.Now, StageWorld.Token);
        await _world.RunAsync("submitter");

        Assert.Equal(80, _world.Batches.Sent.Count);
        Assert.Empty(Said);
    }

    [Fact]
    public void A_prefix_that_moves_to_and_fro_is_said_once_a_day()
    {
        var log = new EventLog();
        var monitor = new PrefixDriftMonitor(new PrefixDriftDetector(), PriceList.Default, log);
        var profile = Given.Request("q", "run", Sol.ToString()).Profile;

        for (var hour = 0; hour < 30; hour++)
        {
            for (var call = 0; call < 15; call++)
            {
                monitor.Observe(profile, Prompt($"Version {hour % 2}, ", call), _world.Now.AddHours(hour));
            }
        }

        Assert.Equal(2, log.Lines.Count);
    }

    private static Envelope Prompt(string begin, int number) => new ChatRequest
    {
        Turns =
        [
            new(ChatTurnRole.System, [new ChatPart.Text(begin + new string('x', 8_000))]),
            new(ChatTurnRole.User, [new ChatPart.Text($"question {number}")]),
        ],
        MaxOutputTokens = 20,
    }.ToEnvelope(Sol);

    private Task EnqueueAsync(int count, bool isLive, Func<int, string> begin) => _world.Engine.Intake.EnqueueAsync([.. Enumerable.Range(0, count).Select(number => new IntakeRequest
    {
        Envelope = Prompt(begin(number), number),
        Scope = "run",
        IsBulk = true,
        Constraints = DataConstraints.None with { NoBatch = isLive },
        Dimensions = new RequestDimensions(Component: "mail"),
    })], StageWorld.Token);

    private async Task SendAllAsync()
    {
        while (await _world.RunAsync("sender") > 0)
        {
        }
    }
}
