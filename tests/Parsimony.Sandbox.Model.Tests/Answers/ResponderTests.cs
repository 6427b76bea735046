using System.Text.Json;

namespace Parsimony.Sandbox.Model.Tests;

public sealed class ResponderTests
{
    private const string Labels = "Classify the message into one of: billing, refund, shipping, login, other. Answer with the label only.";

    [Theory]
    [InlineData("I was charged twice on my card this month", "billing")]
    [InlineData("Please send my money back, I returned the shoes", "refund")]
    [InlineData("My parcel has not been delivered, the tracking stands still", "shipping")]
    [InlineData("I cannot sign in, my password is not accepted", "login")]
    [InlineData("What colour is the sky over your office?", "other")]
    public void Picks_the_label_a_reader_would_pick(string message, string label)
    {
        var answer = Responder.Answer(Question(message, Labels), seed: 1);

        Assert.Equal(label, answer.Text);
    }

    [Theory]
    [InlineData("Labels: spam, ham", "WINNER! Claim your free prize now", "spam")]
    [InlineData("Categories:\n- bug: something crashes or shows an error\n- feature: a wish for something new\n", "The app crashes when I open it", "bug")]
    [InlineData("Answer with one of \"positive\", \"negative\" or \"neutral\".", "This is excellent, I love it", "positive")]
    [InlineData("Classify the message as billing, shipping or login.", "the courier lost my package", "shipping")]
    [InlineData("Reply with exactly one label from: billing, shipping.", "the courier lost my package", "shipping")]
    [InlineData("Choose a category (billing, shipping, login) for the text.", "I forgot my password", "login")]
    [InlineData("Sort into billing, shipping and login.", "I forgot my password", "login")]
    public void Reads_labels_in_the_forms_people_write_them(string system, string message, string label) =>
        Assert.Equal(label, Responder.Answer(Question(message, system), seed: 1).Text);

    [Fact]
    public void Finds_labels_and_text_in_one_user_message()
    {
        var answer = Responder.Answer(Question("Labels: billing, shipping\nText: the courier lost my package", ""), seed: 1);

        Assert.Equal("shipping", answer.Text);
    }

    [Fact]
    public void Echoes_free_text_and_says_that_it_is_simulated()
    {
        var answer = Responder.Answer(Question("Tell me about the moon.", ""), seed: 1);

        Assert.StartsWith("[simulated]", answer.Text, StringComparison.Ordinal);
        Assert.Contains("moon", answer.Text, StringComparison.Ordinal);
        Assert.Equal(TokenCounter.Count(answer.Text), answer.OutputTokens);
    }

    [Fact]
    public void Gives_the_same_answer_to_the_same_question_and_ordinal()
    {
        var question = Question("Tell me about the moon.", Labels) with { Ordinal = 3 };

        Assert.Equal(Responder.Answer(question, seed: 9), Responder.Answer(question, seed: 9));
    }

    [Fact]
    public void Sometimes_gives_another_answer_when_asked_again()
    {
        var answers = Enumerable.Range(0, 60)
            .Select(i => Responder.Answer(Question("charged twice on my card, want a refund", Labels) with { Ordinal = i }, seed: 1).Text)
            .ToList();

        Assert.Equal(2, answers.Distinct(StringComparer.Ordinal).Count());
        Assert.True(answers.Count(a => a == answers[0]) > 30);
    }

    [Fact]
    public void Cuts_at_the_output_limit()
    {
        var answer = Responder.Answer(Question("Tell me about the moon.", "") with { MaxOutputTokens = 5 }, seed: 1);

        Assert.True(answer.Truncated);
        Assert.Equal(5, answer.OutputTokens);
        Assert.Equal(5, TokenCounter.Count(answer.Text));
    }

    [Fact]
    public void Fills_a_schema_with_the_fitting_enum_value_and_numbers_inside_their_bounds()
    {
        using var schema = JsonDocument.Parse("""
            {"type":"object","required":["label","confidence","parts","note","when","next","count"],"additionalProperties":false,
             "properties":{
               "label":{"type":"string","enum":["billing","shipping"]},
               "confidence":{"type":"number","minimum":0.5,"maximum":1},
               "count":{"type":"integer","exclusiveMinimum":3,"maximum":5},
               "parts":{"type":"array","minItems":2,"maxItems":3,"items":{"$ref":"#/$defs/part"}},
               "note":{"type":"string"},
               "when":{"type":["string","null"],"format":"date"},
               "next":{"anyOf":[{"type":"boolean"},{"type":"null"}]}},
             "$defs":{"part":{"type":"object","properties":{"n":{"const":7}}}}}
            """);

        var answer = Responder.Answer(Question("the courier lost my package", "") with { JsonSchema = schema.RootElement }, seed: 1);

        using var json = JsonDocument.Parse(answer.Text);
        var root = json.RootElement;
        Assert.Equal("shipping", root.GetProperty("label").GetString());
        Assert.InRange(root.GetProperty("confidence").GetDouble(), 0.5, 1);
        Assert.InRange(root.GetProperty("count").GetInt32(), 4, 5);
        Assert.Equal([7, 7], root.GetProperty("parts").EnumerateArray().Select(p => p.GetProperty("n").GetInt32()));
        Assert.Contains("simulated", root.GetProperty("note").GetString(), StringComparison.Ordinal);
        Assert.Equal("2026-01-01", root.GetProperty("when").GetString());
        Assert.True(root.GetProperty("next").ValueKind is JsonValueKind.True or JsonValueKind.False);
    }

    [Fact]
    public void Ends_a_recursive_schema()
    {
        using var schema = JsonDocument.Parse("""
            {"type":"object","required":["next"],"properties":{"next":{"anyOf":[{"$ref":"#"},{"type":"null"}]}}}
            """);

        var answer = Responder.Answer(Question("x", "") with { JsonSchema = schema.RootElement }, seed: 1);

        using var json = JsonDocument.Parse(answer.Text);
        Assert.Equal(JsonValueKind.Object, json.RootElement.GetProperty("next").ValueKind);
    }

    [Fact]
    public void Answers_json_mode_with_an_object()
    {
        var answer = Responder.Answer(Question("charged twice on my card", Labels) with { JsonMode = true }, seed: 1);

        using var json = JsonDocument.Parse(answer.Text);
        Assert.True(json.RootElement.GetProperty("simulated").GetBoolean());
        Assert.Equal("billing", json.RootElement.GetProperty("label").GetString());
    }

    [Fact]
    public void Reads_labels_out_of_a_json_example()
    {
        var question = Question("the courier lost my package", """Answer as JSON: {"label": "billing|shipping", "confidence": 0.5}""") with { JsonMode = true };

        using var json = JsonDocument.Parse(Responder.Answer(question, seed: 1).Text);

        Assert.Equal("shipping", json.RootElement.GetProperty("label").GetString());
    }

    [Fact]
    public void Calls_the_forced_tool_with_arguments_of_its_schema()
    {
        using var schema = JsonDocument.Parse("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""");

        var answer = Responder.Answer(
            Question("weather in Oslo", "") with { Tools = [("weather", schema.RootElement)], ForcedTool = "weather" }, seed: 1);

        Assert.Equal("weather", answer.ToolCall?.Name);
        using var json = JsonDocument.Parse(answer.ToolCall?.ArgumentsJson ?? "");
        Assert.Equal(JsonValueKind.String, json.RootElement.GetProperty("city").ValueKind);
    }

    private static SimulatedQuestion Question(string user, string system) =>
        new() { Provider = "openai", Model = "gpt-5-mini", UserText = user, SystemText = system };
}
