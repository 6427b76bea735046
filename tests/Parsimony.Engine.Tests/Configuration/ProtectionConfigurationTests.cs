namespace Parsimony.Engine.Tests;

/// <summary>Where payload keys come from, and what is said when they cannot be read.</summary>
public sealed class ProtectionConfigurationTests
{
    private const string Key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private static readonly string Hex = new('a', 64);

    [Fact]
    public void A_key_is_32_bytes_in_base64_or_hexadecimal()
    {
        Assert.Equal(ProtectionKey.Parse(Key).Id, ProtectionKey.Parse(" " + Convert.ToHexString("0123456789abcdef0123456789abcdef"u8) + "\n").Id);
        Assert.NotEqual(ProtectionKey.Parse(Key).Id, ProtectionKey.Parse(Hex).Id);
        Assert.Equal(16, ProtectionKey.Parse(Key).Id.Length);
        Assert.DoesNotContain(Key, ProtectionKey.Parse(Key).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("bm90IDMyIGJ5dGVz")]
    public void What_is_no_key_is_refused_without_being_repeated(string text)
    {
        var fault = Assert.Throws<FormatException>(() => ProtectionKey.Parse(text));

        Assert.Contains("32", fault.Message, StringComparison.Ordinal);
        Assert.True(text.Length == 0 || !fault.Message.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public void Variables_name_the_current_key_and_older_ones()
    {
        var protection = PayloadProtection.FromEnvironment(Of((PayloadProtection.KeyVariable, Key), (PayloadProtection.OlderKeysVariable, $"{Hex}, {new string('b', 64)}")));

        Assert.Equal(ProtectionKey.Parse(Key).Id, protection?.Current?.Id);
        Assert.Equal(3, protection?.KeyIds.Count);
        Assert.Null(PayloadProtection.FromEnvironment(static _ => null));
    }

    [Fact]
    public void Faults_are_told_all_at_once_and_show_no_key()
    {
        var fault = Assert.Throws<ConfigurationException>(() => PayloadProtection.FromEnvironment(Of(
            (PayloadProtection.KeyVariable, "secret-but-no-key"), (PayloadProtection.OlderKeysFileVariable, "/no/such/file"))));

        Assert.Equal(2, fault.Faults.Count);
        Assert.StartsWith(PayloadProtection.KeyVariable, fault.Faults[0], StringComparison.Ordinal);
        Assert.DoesNotContain("secret-but-no-key", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_names_keys_by_reference()
    {
        using var file = new TemporaryFile(Hex + "\n");
        var protection = Load($$"""
            protection:
              key: "${MY_KEY}"
              olderKeys:
                - keyFile: "{{file.Path}}"
            """, ("MY_KEY", Key)).Protection;

        Assert.Equal(ProtectionKey.Parse(Key).Id, protection?.Current?.Id);
        Assert.Contains(ProtectionKey.Parse(Hex).Id, protection?.KeyIds ?? []);
    }

    [Fact]
    public void The_environment_holds_where_the_configuration_is_silent()
    {
        Assert.Equal(ProtectionKey.Parse(Key).Id, Load("llm: []", (PayloadProtection.KeyVariable, Key)).Protection?.Current?.Id);
        Assert.Equal(ProtectionKey.Parse(Hex).Id, Load("protection: { key: \"${MINE}\" }", (PayloadProtection.KeyVariable, Key), ("MINE", Hex)).Protection?.Current?.Id);
        Assert.Null(Load("llm: []").Protection);
    }

    [Fact]
    public void A_key_in_the_file_itself_is_refused()
    {
        var fault = Assert.Throws<ConfigurationException>(() => Load($"protection: {{ key: \"{Key}\" }}"));

        Assert.Contains("protection.key", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_is_no_key_is_refused_with_its_place()
    {
        var fault = Assert.Throws<ConfigurationException>(() => Load("protection: { key: \"${MINE}\" }", ("MINE", "no-key-at-all")));

        Assert.Contains("protection.key", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("no-key-at-all", fault.Message, StringComparison.Ordinal);
    }

    private static ParsimonyConfiguration Load(string text, params (string Name, string Value)[] variables) =>
        ConfigurationFile.LoadText(text, "test.yaml", new ConfigurationSources { Variable = Of(variables) });

    private static Func<string, string?> Of(params (string Name, string Value)[] variables) =>
        name => Array.Find(variables, variable => variable.Name == name).Value;
}
