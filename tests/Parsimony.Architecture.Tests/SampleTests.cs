using System.Globalization;
using Parsimony.EndToEnd.Tests;
using Parsimony.Samples;

namespace Parsimony.Architecture.Tests;

/// <summary>The samples run without keys, and do what the pages that show them say.</summary>
public sealed class SampleTests
{
    [Fact]
    public async Task An_awaited_call_is_bought_in_a_batch_at_half_price()
    {
        var output = await RunAsync(BatchingAwait.RunAsync);

        Assert.Matches(@"Batch: \S+ USD, as a plain call \S+ USD", output);
    }

    [Fact]
    public async Task A_list_that_is_repeated_pays_once()
    {
        var output = await RunAsync(ListOfCalls.RunAsync);

        Assert.Contains("pass 1: 4 answers, 4 bought so far", output, StringComparison.Ordinal);
        Assert.Contains("pass 2: 4 answers, 4 bought so far", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_background_answer_is_fetched_by_another_host()
    {
        var output = await RunAsync(BackgroundResponse.RunAsync);

        Assert.NotEmpty(output.Split('\n', 2)[1].Trim());
    }

    [Fact]
    public async Task A_long_instruction_is_read_from_the_cache()
    {
        var output = await RunAsync(PromptCaching.RunAsync);

        Assert.Matches("^4 of 5 calls read the handbook from the cache, [0-9]{5} tokens in all", output);
    }

    private static async Task<string> RunAsync(Func<SampleWorld, TextWriter, CancellationToken, Task> sampleAsync)
    {
        // The cache of a sample lives for three seconds of the machine's.
        await using var pace = new PacedClock(new DateTimeOffset(2026, 11, 2, 9, 0, 0, TimeSpan.Zero), speed: 1);
        await using var world = await SampleWorld.StartAsync(pace.Time, TestContext.Current.CancellationToken);
        await using var output = new StringWriter(CultureInfo.InvariantCulture);
        await sampleAsync(world, output, TestContext.Current.CancellationToken);
        return output.ToString();
    }
}
