using System.Text.RegularExpressions;

namespace Parsimony.Architecture.Tests;

/// <summary>What no source file of the product holds.</summary>
public sealed class SourceRuleTests
{
    private static readonly IReadOnlyList<(string File, string Text)> Source =
        [.. Repository.Files("src", "*.cs").Select(file => (file, Repository.Read(file)))];

    private static readonly IReadOnlyList<(string File, string Code)> Code =
        [.. Source.Select(entry => (entry.File, SourceText.CodeOf(entry.Text)))];

    [Fact]
    public void Null_warnings_are_never_waved_through() => AssertNoCode(@"[\w\)\]""]!(?!=)|!!|\b(null|default)!");

    [Fact]
    public void No_warning_is_switched_off_in_a_file()
    {
        AssertNoCode(@"^\s*#\s*pragma\b|^\s*#\s*nullable\s+disable");
        // But for one rule about the names of parameters, at one member, which gives its reason.
        Strays.None(Matches(@"\[\s*(assembly\s*:\s*)?(Unconditional)?SuppressMessage\b").Where(file => file != "src/Parsimony.Core/Providers/IBatchBackend.cs"));
    }

    [Fact]
    public void Files_have_no_regions() => AssertNoCode(@"^\s*#\s*(end)?region\b");

    [Fact]
    public void Nothing_is_left_unfinished()
    {
        AssertNoCode(@"\bNotImplementedException\b");
        Strays.None(Source.Where(entry => Regex.IsMatch(entry.Text, @"\b(TODO|FIXME|HACK|XXX)\b", RegexOptions.ExplicitCapture, TimeSpan.FromMinutes(1))).Select(entry => entry.File));
    }

    [Fact]
    public void Libraries_do_not_write_to_the_console() =>
        Strays.None(Code.Where(entry => !entry.File.StartsWith("src/Parsimony.Cli/", StringComparison.Ordinal) && Regex.IsMatch(entry.Code, @"\bConsole\s*\.", RegexOptions.ExplicitCapture, TimeSpan.FromMinutes(1)))
            .Select(entry => entry.File));

    [Fact]
    public void Nothing_blocks_on_a_task()
    {
        // Named with what makes each safe.
        string[] known =
        [
            "src/Parsimony.Storage.Sqlite/SqliteServiceCollectionExtensions.cs", // opening a SQLite file does no asynchronous work
            "src/Parsimony.Storage.Postgres/PostgresServiceCollectionExtensions.cs", // a container makes its services synchronously; connected on another thread
            "src/Parsimony.Engine/Storage/Payloads/PagePacker.cs", // waits for a computation on another core, which waits for nothing
            "src/Parsimony.Chat/Metering/MeteringChatClient.cs", // disposal in a using block must not lose the last entries
        ];

        Strays.None(Matches(@"\.GetAwaiter\(\)\s*\.GetResult\(\)|\.Wait\(\)").Where(file => !known.Contains(file)));
    }

    [Fact]
    public void Json_is_never_read_or_written_by_reflection() =>
        // With a type's description from a source-generated context the call has another shape: Serialize(value, Context.Default.Type).
        AssertNoCode(@"\bJsonSerializer\s*\.\s*(Serialize|Deserialize)\w*\s*(<[^>]+>)?\s*\(\s*[\w.]+\s*\)");

    [Fact]
    public void Folders_hold_no_empty_readme() =>
        Strays.None(Repository.Files("src", "README.md").Where(file => Repository.Read(file).Length < 200));

    private static IEnumerable<string> Matches(string pattern)
    {
        var regex = new Regex(pattern, RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromMinutes(1));
        return Code.Where(entry => regex.IsMatch(entry.Code)).Select(entry => entry.File);
    }

    private static void AssertNoCode(string pattern)
    {
        var regex = new Regex(pattern, RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromMinutes(1));
        Strays.None(Code.SelectMany(entry => regex.Matches(entry.Code).Select(match => $"{entry.File}: {LineOf(entry.Code, match.Index)}")));
    }

    private static string LineOf(string code, int index)
    {
        var start = index == 0 ? 0 : code.LastIndexOf('\n', index - 1) + 1;
        var end = code.IndexOf('\n', index);
        return code[start..(end < 0 ? code.Length : end)].Trim();
    }
}
