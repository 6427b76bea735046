namespace Parsimony.Architecture.Tests;

/// <summary>The reader the source rules stand on.</summary>
public sealed class SourceTextTests
{
    [Theory]
    [InlineData("a; // b!\nc", "a; \nc")]
    [InlineData("a /* b! */ c", "a  c")]
    [InlineData("x = \"b! \\\" c!\";", "x = \"\";")]
    [InlineData("x = @\"b!\\\"; y", "x = \"\"; y")]
    [InlineData("x = @\"b\"\"c!\"; y", "x = \"\"; y")]
    [InlineData("x = '\\''; y!", "x = ' '; y!")]
    [InlineData("x = \"\"; y", "x = \"\"; y")]
    public void Leaves_comments_and_text_out(string text, string code) => Assert.Equal(code, SourceText.CodeOf(text));

    [Theory]
    [InlineData("$\"a! {b!} c!\"")]
    [InlineData("$\"a! {{z!}} {(x ? \"c!\" : b!)} c!\"")]
    [InlineData("$\"\"\"a! {b!} \"c!\" \"\"\"")]
    [InlineData("$$\"\"\"{a!} {{b!}} c! \"\"\"")]
    public void Keeps_the_code_inside_interpolations(string text)
    {
        var code = SourceText.CodeOf(text);

        Assert.Contains("b!", code, StringComparison.Ordinal);
        Assert.DoesNotContain("a!", code, StringComparison.Ordinal);
        Assert.DoesNotContain("c!", code, StringComparison.Ordinal);
        Assert.DoesNotContain("z!", code, StringComparison.Ordinal);
    }
}
