using System.Text.RegularExpressions;

namespace Parsimony.Engine.Tests;

/// <summary>docs/configuration.md says what the code does.</summary>
public sealed class ConfigurationDocumentTests
{
    private static readonly string Document = Read();

    [Fact]
    public void Shows_an_example_that_loads_without_a_warning()
    {
        var blocks = Regex.Matches(Document, "```yaml\n(.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking);

        // As the commands read it.
        var sources = Written.With() with { WorksWithoutKey = static id => id == ProviderId.AzureOpenAI };
        Assert.Equal(3, blocks.Count);
        Assert.All(blocks, block => Assert.Empty(Written.Load(block.Value["```yaml\n".Length..^3], sources).Warnings));
        Assert.Equal(Written.Everything(Written.Load(Written.Example)), Written.Everything(Written.Load(blocks[0].Value["```yaml\n".Length..^3])));
    }

    [Fact]
    public void Names_every_key()
    {
        var keys = Regex.Matches(Written.ExampleJson, "\"(?<key>[a-zA-Z]+)\":", RegexOptions.NonBacktracking).Select(m => m.Groups["key"].Value)
            .Concat(["embedding", "name", "workloads", "rolloutPercentage", "imageBatching"]);

        Assert.All(keys, key => Assert.Contains(key, Document, StringComparison.Ordinal));
    }

    [Fact]
    public void Names_every_variable_a_key_is_looked_for_in()
    {
        var names = ProviderId.All.Concat(["huggingFace", "sentenceTransformers", "jina", "voyage"]);
        var variables = names.SelectMany(n => CapabilityMatrix.FactsOf(n)?.KeyVariables ?? throw new InvalidOperationException(n));

        Assert.All(names.Concat(variables), name => Assert.Contains($"`{name}`", Document, StringComparison.Ordinal));
    }

    private static string Read()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Parsimony.slnx")))
            {
                return File.ReadAllText(Path.Combine(folder.FullName, "docs", "configuration.md")).ReplaceLineEndings("\n");
            }
        }

        throw new InvalidOperationException("Run the tests from inside the repository.");
    }
}
