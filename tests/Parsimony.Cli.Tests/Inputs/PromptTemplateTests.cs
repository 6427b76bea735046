namespace Parsimony.Cli.Tests;

public sealed class PromptTemplateTests
{
    private static readonly InputRow Row = new("1", 1, new Dictionary<string, string> { ["text"] = "hello", ["name"] = "A {{text}}" });

    [Fact]
    public void Fills_every_place_and_trims_the_name() =>
        Assert.Equal("<hello> hello.", new PromptTemplate("<{{text}}> {{ text }}.").Fill(Row));

    [Fact]
    public void Does_not_fill_places_that_came_with_a_value() =>
        Assert.Equal("A {{text}}", new PromptTemplate("{{name}}").Fill(Row));

    [Fact]
    public void Leaves_single_braces_alone() =>
        Assert.Equal("""{"a": "hello"} }""", new PromptTemplate("""{"a": "{{text}}"} }""").Fill(Row));

    [Fact]
    public void Names_the_first_field_a_row_lacks()
    {
        var template = new PromptTemplate("{{text}} {{author}} {{year}}");

        Assert.Equal("author", template.Missing(Row));
        Assert.Equal(["text", "author", "year"], template.Fields);
        Assert.Null(new PromptTemplate("{{text}}").Missing(Row));
    }

    [Theory]
    [InlineData("{{text")]
    [InlineData("{{ }}")]
    public void Refuses_what_cannot_be_meant(string template) =>
        Assert.Throws<FormatException>(() => new PromptTemplate(template));
}
