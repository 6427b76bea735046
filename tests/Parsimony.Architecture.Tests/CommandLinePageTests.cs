using System.CommandLine;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Parsimony.Architecture.Tests;

/// <summary>docs/cli.md says what the commands say of themselves.</summary>
public sealed class CommandLinePageTests
{
    private static readonly string Page = Repository.Read("docs/cli.md").ReplaceLineEndings("\n");

    private static readonly IReadOnlyList<Command> Commands =
    [
        .. Product.Written(Product.Assemblies["Parsimony.Cli"])
            .Select(type => type.GetMethod("Create", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic, Type.EmptyTypes))
            .Where(method => method is not null && typeof(Command).IsAssignableFrom(method.ReturnType))
            .Select(method => Assert.IsType<Command>(method?.Invoke(null, null), exactMatch: false))
            .OrderBy(command => command.Name, StringComparer.Ordinal),
    ];

    public static TheoryData<string> Names => [.. Commands.Select(command => command.Name)];

    [Fact]
    public void Every_command_has_a_section_and_every_section_a_command() =>
        Assert.Equal(
            Commands.Select(command => command.Name),
            Regex.Matches(Page, "^## parsimony (?<name>[\\w-]+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromMinutes(1))
                .Select(match => match.Groups["name"].Value).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_section_repeats_the_description_of_its_command(string name) =>
        Assert.All(WithThoseBelow(name), command => Assert.Contains(command.Description ?? "?", Section(name), StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_section_lists_every_argument_and_option_as_the_help_does(string name)
    {
        var commands = WithThoseBelow(name);
        var rows = commands.SelectMany(command => command.Arguments).Select(argument => $"| `{argument.Name}` | {argument.Description}")
            .Concat(commands.SelectMany(command => command.Options).Where(option => !option.Hidden).Select(option => $"| `{option.Name}{(option.HelpName is { } value ? $" {value}" : "")}` | {option.Description}"));

        Assert.All(rows, row => Assert.Contains(row, Section(name), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_section_lists_nothing_its_command_does_not_have(string name)
    {
        var known = WithThoseBelow(name).SelectMany(command => command.Options).Select(option => option.Name).ToHashSet(StringComparer.Ordinal);

        var listed = Regex.Matches(Section(name), @"^\| `(?<name>--[\w-]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromMinutes(1)).Select(match => match.Groups["name"].Value);

        Strays.None(listed.Where(option => !known.Contains(option)));
    }

    [Fact]
    public void Every_exit_code_is_listed()
    {
        var codes = Product.Written(Product.Assemblies["Parsimony.Cli"]).Single(type => type.Name == "ExitCode")
            .GetFields(BindingFlags.Static | BindingFlags.Public).Where(field => field.IsLiteral)
            .Select(field => Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture));

        Assert.Equal(
            codes.Order(StringComparer.Ordinal),
            Regex.Matches(Page, @"^\| (?<code>\d+) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromMinutes(1)).Select(match => match.Groups["code"].Value).Order(StringComparer.Ordinal));
    }

    private static Command Find(string name) => Commands.Single(command => command.Name == name);

    private static List<Command> WithThoseBelow(string name) => [Find(name), .. Find(name).Subcommands];

    private static string Section(string name)
    {
        var start = Page.IndexOf($"## parsimony {name}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"docs/cli.md has no section for {name}.");
        var end = Page.IndexOf("\n## ", start, StringComparison.Ordinal);
        return Page[start..(end < 0 ? Page.Length : end)];
    }
}
