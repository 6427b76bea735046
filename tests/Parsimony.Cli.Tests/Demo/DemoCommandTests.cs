using System.Diagnostics;
using System.Text.Json;

namespace Parsimony.Cli.Tests;

public sealed class DemoCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parsimony-demo-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Answers_every_message_and_its_ledger_is_the_providers_bill()
    {
        var (exitCode, output, errors) = await CommandLine.RunAsync(TestContext.Current.CancellationToken, Demo("120"));

        Assert.True(exitCode == 0, errors);
        AssertFinished(output);
    }

    [Fact]
    public async Task Takes_the_same_documents_through_every_provider_and_their_bills_are_in_the_ledger()
    {
        var (exitCode, output, errors) = await CommandLine.RunAsync(TestContext.Current.CancellationToken, "demo", "--every-provider", "--documents", "5", "--speed", "60", "--json");

        Assert.True(exitCode == 0, errors + output);
        using var document = JsonDocument.Parse(output);
        Assert.Equal(ProviderId.All, document.RootElement.EnumerateArray().Select(line => line.GetProperty("provider").GetString()));
        Assert.All(document.RootElement.EnumerateArray(), line =>
        {
            Assert.Equal((10, 5, 5), (line.GetProperty("asked").GetInt32(), line.GetProperty("matched_batch").GetInt32(), line.GetProperty("matched_live").GetInt32()));
            Assert.True(line.GetProperty("faults").GetInt32() > 0);
        });
    }

    [Fact]
    public async Task Is_fresh_after_a_finished_one_and_says_so()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await CommandLine.RunAsync(cancellationToken, Demo("600"));

        var (exitCode, output, errors) = await CommandLine.RunAsync(cancellationToken, Demo("600"));

        Assert.True(exitCode == 0, errors);
        Assert.Contains("fresh", errors, StringComparison.Ordinal);
        AssertFinished(output);
    }

    [Theory]
    [InlineData("Simulated")]
    [InlineData("300 messages accepted")]
    public async Task Killed_and_started_again_it_goes_on_to_the_same_end(string at)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using (var first = CommandLine.Start(Demo("120")))
        {
            await first.WaitForNoteAsync(at, cancellationToken);
            await first.KillAsync(cancellationToken);
        }

        var (exitCode, output, errors) = await CommandLine.RunAsync(cancellationToken, Demo("120"));

        Assert.True(exitCode == 0, errors);
        Assert.Contains("Going on", errors, StringComparison.Ordinal);
        AssertFinished(output);
    }

    [Fact]
    public async Task Killed_while_batches_are_at_providers_it_goes_on_to_the_same_end()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using (var first = CommandLine.Start([.. Demo("60").Where(word => word != "--json")]))
        {
            await first.WaitForNoteAsync(
                line => line.Contains("of 300 answered", StringComparison.Ordinal) && !line.Contains("| 0 batches", StringComparison.Ordinal), cancellationToken);
            await first.KillAsync(cancellationToken);
        }

        var (exitCode, output, errors) = await CommandLine.RunAsync(cancellationToken, Demo("60"));

        Assert.True(exitCode == 0, errors);
        AssertFinished(output);
    }

    [Fact]
    public async Task Goes_on_when_its_sandbox_was_killed_with_it()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using (var first = CommandLine.Start(Demo("120")))
        {
            await first.WaitForNoteAsync("300 messages accepted", cancellationToken);
            await first.KillAsync(cancellationToken);
        }

        using var mark = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(_folder.FullName, "demo.json"), cancellationToken));
        using (var sandbox = Process.GetProcessById(mark.RootElement.GetProperty("pid").GetInt32()))
        {
            sandbox.Kill();
            await sandbox.WaitForExitAsync(cancellationToken);
        }

        var (exitCode, output, errors) = await CommandLine.RunAsync(cancellationToken, Demo("120"));

        Assert.True(exitCode == 0, errors);
        Assert.Contains("comes back from its journal", errors, StringComparison.Ordinal);
        AssertFinished(output);
    }

    private string[] Demo(string speed) => ["demo", "--json", "--speed", speed, "--store-folder", _folder.FullName];

    private static void AssertFinished(string output)
    {
        using var result = JsonDocument.Parse(output);
        var root = result.RootElement;
        Assert.Equal(300, root.GetProperty("answered").GetInt32());
        Assert.Equal(0m, root.GetProperty("difference_usd").GetDecimal());
        Assert.Equal(root.GetProperty("bill_usd").GetDecimal(), root.GetProperty("cost_usd").GetDecimal());
        Assert.True(root.GetProperty("saved_usd").GetDecimal() > 0);
        Assert.InRange(root.GetProperty("agreement_percent").GetDecimal(), 50m, 100m);
    }
}
