using System.Text.RegularExpressions;

namespace Parsimony.Architecture.Tests;

/// <summary>SQL is text in files, one statement each, named by what it does.</summary>
public sealed class SqlFileTests
{
    private static readonly string[] Verbs =
    [
        "Add", "Admit", "Answer", "Begin", "Claim", "Clear", "Commit", "Count", "End", "Find", "Forget", "Lease", "List", "Mark", "Merge", "Open",
        "Prune", "Read", "Reject", "Release", "Remove", "Renew", "Requeue", "Retry", "Rollback", "Save", "Seal", "Set", "Write",
    ];

    private static readonly IReadOnlyList<string> Files = Repository.Files("src/Parsimony.Storage.Sqlite/Sql", "*.sql");

    private static readonly string Code = string.Join('\n', Repository.Files("src/Parsimony.Storage.Sqlite", "*.cs").Select(Repository.Read));

    [Fact]
    public void Every_statement_is_used() =>
        Strays.None(Files.Where(file => !Code.Contains($"\"{Path.GetFileNameWithoutExtension(file)}\"", StringComparison.Ordinal)));

    [Fact]
    public void Every_statement_that_is_used_exists()
    {
        var used = Regex.Matches(Code, "(?:Use|Statement)\\(\"(?<name>\\w+)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)).Select(match => match.Groups["name"].Value);

        Strays.None(used.Except(Files.Select(file => Path.GetFileNameWithoutExtension(file)), StringComparer.Ordinal));
    }

    [Fact]
    public void Every_statement_is_named_by_its_verb() =>
        Strays.None(Files.Where(file => !Array.Exists(Verbs, verb => Path.GetFileName(file).StartsWith(verb, StringComparison.Ordinal))));

    [Fact]
    public void Reading_statements_change_nothing() =>
        Strays.None(Files
            .Where(file => Array.Exists(["Read", "Find", "List", "Count"], verb => Path.GetFileName(file).StartsWith(verb, StringComparison.Ordinal)))
            .Where(file => Regex.IsMatch(Repository.Read(file), @"^\s*(INSERT|UPDATE|DELETE|REPLACE)\b", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5))));

    [Fact]
    public void Every_change_of_a_state_names_the_state_it_comes_from()
    {
        var open =
            from file in Files
            let text = Repository.Read(file)
            where Regex.IsMatch(text, @"^\s*UPDATE\s+(requests|batches)\b", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5))
            where Regex.IsMatch(text, @"\bSET\b[^;]*?\bstate\s*=\s*", RegexOptions.Singleline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5))
            let condition = text[(text.IndexOf("WHERE", StringComparison.Ordinal) is var at and >= 0 ? at : text.Length)..]
            where !condition.Contains("state", StringComparison.Ordinal)
            select file;

        Strays.None(open);
    }

    [Fact]
    public void Migrations_are_numbered_without_a_gap() =>
        Assert.All(
            Repository.Files("src/Parsimony.Storage.Sqlite/Migrations", "*.sql").Select((file, index) => (Name: Path.GetFileName(file), Number: index + 1)),
            migration => Assert.StartsWith($"{migration.Number:0000}_", migration.Name, StringComparison.Ordinal));

    [Fact]
    public void No_statement_is_put_together_in_code() =>
        // But one: a migration notes its own name, which is that of a file in this assembly.
        Assert.DoesNotMatch(@"\$""[^""\n]*\b(SELECT\s|INSERT INTO (?!migrations )|UPDATE\s+\w+\s+SET|DELETE FROM)", Code);
}
