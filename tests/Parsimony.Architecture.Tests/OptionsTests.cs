using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Parsimony.Architecture.Tests;

/// <summary>Settings say what they are and what they are when nobody sets them.</summary>
public sealed class OptionsTests
{
    /// <summary>Settings whose default is an object with documented parts of its own.</summary>
    private static readonly string[] MadeOfParts = ["EngineOptions.Completion", "SandboxHostOptions.Model"];

    private static readonly IReadOnlyList<Type> Options =
    [
        .. Product.Libraries.SelectMany(entry => Product.Public(entry.Value))
            .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal) && type.GetConstructor(Type.EmptyTypes) is not null)
            .OrderBy(type => type.FullName, StringComparer.Ordinal),
    ];

    [Fact]
    public void Defaults_are_the_checked_in_ones()
    {
        var text = new StringBuilder();
        foreach (var type in Options)
        {
            var options = Activator.CreateInstance(type);
            text.Append(type.FullName).Append('\n');
            foreach (var property in Settings(type))
            {
                text.Append(CultureInfo.InvariantCulture, $"    {property.Name} = {Write(property.GetValue(options))}\n");
            }
        }

        AcceptedText.Compare("Options.defaults", text.ToString());
    }

    [Fact]
    public void Every_setting_has_a_summary_and_names_its_default()
    {
        var silent =
            from type in Options
            let docs = Docs(type.Assembly)
            from property in Settings(type)
            where property.SetMethod is not null
            let doc = docs.GetValueOrDefault($"P:{type.FullName?.Replace('+', '.')}.{property.Name}")
            where doc?.Element("summary") is null || !NamesDefault(doc)
            select $"{type.Name}.{property.Name}";

        Strays.None(silent.Except(MadeOfParts, StringComparer.Ordinal));
    }

    [Fact]
    public void Settings_that_can_be_wrong_are_checked_by_one_method_that_tells_all_faults() =>
        Assert.All(
            Options.Where(type => type.GetMethod("Validate") is not null),
            type => Assert.Equal(typeof(IReadOnlyList<string>), type.GetMethod("Validate")?.ReturnType));

    [Fact]
    public void Defaults_can_be_used() =>
        Assert.All(
            Options.Where(type => type.GetMethod("Validate") is not null),
            type => Assert.Empty(Assert.IsType<IReadOnlyList<string>>(type.GetMethod("Validate")?.Invoke(Activator.CreateInstance(type), null), exactMatch: false)));

    private static IEnumerable<PropertyInfo> Settings(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).OrderBy(property => property.Name, StringComparer.Ordinal);

    private static bool NamesDefault(XElement doc) =>
        doc.Element("value") is not null || Regex.IsMatch(doc.Value, @"\bdefault\b|by default", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, TimeSpan.FromMinutes(1)) || doc.Descendants("see").Any(see => see.Attribute("cref") is not null);

    private static Dictionary<string, XElement> Docs(Assembly assembly) =>
        XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member").ToDictionary(member => member.Attribute("name")?.Value ?? "", StringComparer.Ordinal);

    private static string Write(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        Delegate => "a function",
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Write))}]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        TimeProvider => "the system's clock",
        bool flag => flag ? "true" : "false",
        _ => value.ToString() is { } text && text != value.GetType().ToString() ? text : $"a new {value.GetType().Name}",
    };
}
