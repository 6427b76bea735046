using static Parsimony.Providers.Tests.OpenAIGiven;

namespace Parsimony.Providers.Tests;

public sealed class OpenAIVerbatimTests
{
    [Fact]
    public void Keeps_numbers_escapes_and_unknown_members_as_they_were_written() =>
        Assert.Equal(
            """{"model":"gpt-5-mini","seed":9007199254740993,"p":0.10000000000000000001,"t":"\u00e9\ud800\/é","x":{"y":[1,[],{},null,true]}}""",
            Render(Verbatim("""{"model":"gpt-5-mini","seed":9007199254740993,"p":0.10000000000000000001,"t":"\u00e9\ud800\/é","x":{"y":[1,[],{},null,true]}}""")));

    [Fact]
    public void Puts_a_body_of_many_lines_on_one() =>
        Assert.Equal(
            """{"model":"gpt-5-mini","messages":[{"role":"user","content":"a\nb"}]}""",
            Render(Verbatim("{\r\n  \"model\": \"gpt-5-mini\",\n  \"messages\": [ {\"role\": \"user\", \"content\": \"a\\nb\"} ]\n}\n")));

    [Fact]
    public void Rewrites_the_model_and_strips_the_stream_and_our_own_members() =>
        Assert.Equal(
            """{"model":"gpt-5-nano","input":"x"}""",
            Render(Verbatim("""{"stream":true,"model":"gpt-5-mini","stream_options":{"include_usage":true},"parsimony_deadline":"6h","input":"x"}""", EndpointKind.Responses, "gpt-5-nano")));

    [Fact]
    public void Adds_the_model_where_it_is_missing()
    {
        Assert.Equal("""{"input":"x","model":"m"}""", Render(Verbatim("""{"input":"x"}""", model: "m")));
        Assert.Equal("""{"model":"m"}""", Render(Verbatim("{}", model: "m")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"a\":1} {\"b\":2}")]
    [InlineData("{\"a\":01}")]
    public void Refuses_what_is_no_object(string body) =>
        Assert.Equal(new ProviderFailure(FailureStage.Render, FailureCause.InvalidRequest, ProviderCode: "body"), Refused(Verbatim(body)));
}
