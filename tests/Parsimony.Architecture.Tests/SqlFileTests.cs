using System.Text.RegularExpressions;

namespace Parsimony.Architecture.Tests;

/// <summary>SQL is text in files, one statement each, named by what it does.</summary>
public sealed class SqlFileTests
{
    private static readonly string[] Verbs =
    [
        "Add", "Admit", "Answer", "Begin", "Claim", "Clear", "Commit", "Copy", "Count", "Demand", "Drop", "End", "Find", "Forget", "Lease", "List", "Lock",
        "Mark", "Merge", "Notify", "Open", "Prune", "Read", "Reject", "Release", "Remove", "Renew", "Requeue", "Reserve", "Retry", "Rollback", "Save",
        "Seal", "Set", "Write",
    ];

    private static readonly Dialect[] Dialects = [new("Parsimony.Storage.Postgres"), new("Parsimony.Storage.Sqlite")];

    private static IEnumerable<string> Files => Dialects.SelectMany(dialect => dialect.Files);

    [Fact]
    public void Every_statement_is_used() =>
        Strays.None(Dialects.SelectMany(dialect => dialect.Files.Where(
            file => !dialect.Code.Contains($"\"{Path.GetFileNameWithoutExtension(file)}\"", StringComparison.Ordinal))));

    [Fact]
    public void Every_statement_that_is_used_exists() =>
        Strays.None(Dialects.SelectMany(dialect =>
            Regex.Matches(dialect.Code, "(?:Use|UseLease|Statement)\\(\"(?<name>\\w+)\"", RegexOptions.ExplicitCapture, TimeSpan.FromMinutes(1))
                .Select(match => match.Groups["name"].Value)
                .Except(dialect.Files.Select(file => Path.GetFileNameWithoutExtension(file)), StringComparer.Ordinal)));

    [Fact]
    public void Every_statement_is_named_by_its_verb() =>
        Strays.None(Files.Where(file => !Array.Exists(Verbs, verb => Path.GetFileName(file).StartsWith(verb, StringComparison.Ordinal))));

    [Fact]
    public void Reading_statements_change_nothing() =>
        Strays.None(Files
            .Where(file => Array.Exists(["Read", "Find", "List", "Count"], verb => Path.GetFileName(file).StartsWith(verb, StringComparison.Ordinal)))
            .Where(file => Regex.IsMatch(Repository.Read(file), @"^\s*(INSERT|UPDATE|DELETE|REPLACE)\b", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromMinutes(1))));

    [Fact]
    public void Every_change_of_a_state_names_the_state_it_comes_from()
    {
        var open =
            from file in Files
            let text = Repository.Read(file)
            where Regex.IsMatch(text, @"^\s*UPDATE\s+(requests|batches)\b", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromMinutes(1))
            where Regex.IsMatch(text, @"\bSET\b[^;]*?\bstate\s*=\s*", RegexOptions.Singleline | RegexOptions.ExplicitCapture, TimeSpan.FromMinutes(1))
            let condition = text[(text.IndexOf("WHERE", StringComparison.Ordinal) is var at and >= 0 ? at : text.Length)..]
            where !condition.Contains("state", StringComparison.Ordinal)
            select file;

        Strays.None(open);
    }

    [Fact]
    public void Migrations_are_numbered_without_a_gap() =>
        Assert.All(
            Dialects.SelectMany(dialect => Repository.Files($"src/{dialect.Project}/Migrations", "*.sql").Select((file, index) => (Name: Path.GetFileName(file), Number: index + 1))),
            migration => Assert.StartsWith($"{migration.Number:0000}_", migration.Name, StringComparison.Ordinal));

    [Fact]
    public void No_statement_is_put_together_in_code() =>
        // But one: a migration notes its own name, which is that of a file in this assembly.
        Assert.All(Dialects, dialect => Assert.DoesNotMatch(
            @"\$""[^""\n]*\b(SELECT\s|INSERT INTO (?!migrations )|UPDATE\s+\w+\s+SET|DELETE FROM)", dialect.Code));

    /// <summary>A store's statements, and the code that runs them.</summary>
    private sealed record Dialect(string Project)
    {
        public IReadOnlyList<string> Files { get; } = Repository.Files($"src/{Project}/Sql", "*.sql");

        public string Code { get; } = string.Join('\n', Repository.Files($"src/{Project}", "*.cs").Select(Repository.Read));
    }
}
