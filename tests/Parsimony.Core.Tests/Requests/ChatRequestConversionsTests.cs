using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.AI;

namespace Parsimony.Core.Tests;

public sealed class ChatRequestConversionsTests
{
    [Fact]
    public void A_request_survives_the_way_through_messages() => Check.QuickThrowOnFailure(
        Prop.ForAll(GivenRequest.Chat.ToArbitrary(), request =>
        {
            request.Raw?.Remove("Z");
            var (messages, options) = ChatRequestConversions.ToMessages(request);
            var back = ChatRequestConversions.FromMessages(messages, options);
            return Text(back) == Text(request) ? true : throw new InvalidOperationException(Text(request) + "\n" + Text(back));
        }));

    [Fact]
    public void Members_that_differ_only_in_case_are_refused_rather_than_lost() => Assert.Throws<ArgumentException>(() =>
        ChatRequestConversions.ToMessages(GivenRequest.Question("?") with { Raw = new JsonObject { ["z"] = 1, ["Z"] = 2 } }));

    [Fact]
    public void Instructions_lead_as_a_system_turn()
    {
        var request = ChatRequestConversions.FromMessages([new ChatMessage(ChatRole.User, "Why?")], new ChatOptions { Instructions = "Answer briefly." });

        Assert.Equal(Text(GivenRequest.Question("Why?")), Text(request));
    }

    [Fact]
    public void Keeps_a_float_as_it_was_written() =>
        Assert.Equal(0.7, ChatRequestConversions.FromMessages([], new ChatOptions { Temperature = 0.7f }).Temperature);

    [Fact]
    public void Declares_functions_with_their_schema()
    {
        using var schema = JsonDocument.Parse("""{"type":"object","properties":{"city":{"type":"string"}}}""");
        var options = new ChatOptions { Tools = [AIFunctionFactory.CreateDeclaration("weather", "Weather of a city", schema.RootElement)], ToolMode = ChatToolMode.RequireSpecific("weather") };

        var request = ChatRequestConversions.FromMessages([], options);

        var tool = Assert.Single(request.Tools);
        Assert.Equal(("weather", "Weather of a city", null), (tool.Name, tool.Description, tool.Strict));
        Assert.Equal("""{"type":"object","properties":{"city":{"type":"string"}}}""", tool.Parameters.ToJsonString());
        Assert.Equal(("required", "weather"), (request.ToolMode, request.RequiredTool));
    }

    [Fact]
    public void Keeps_a_calls_arguments_in_the_order_the_model_wrote_them()
    {
        var call = new FunctionCallContent("c1", "f", new Dictionary<string, object?>(StringComparer.Ordinal) { ["z"] = 1, ["a"] = "ä", ["n"] = null });

        var part = ChatRequestConversions.FromMessages([new ChatMessage(ChatRole.Assistant, [call])], null).Turns[0].Parts[0];

        Assert.Equal("""{"z":1,"a":"ä","n":null}""", Assert.IsType<ChatPart.ToolCall>(part).ArgumentsJson);
    }

    [Fact]
    public void A_result_is_text_or_json()
    {
        ChatPart Result(object? value) =>
            ChatRequestConversions.FromMessages([new ChatMessage(ChatRole.Tool, [new FunctionResultContent("c1", value)])], null).Turns[0].Parts[0];

        Assert.Equal(new ChatPart.ToolResult("c1", "sunny", IsJson: false), Result("sunny"));
        Assert.Equal(new ChatPart.ToolResult("c1", "", IsJson: false), Result(null));
        Assert.Equal(new ChatPart.ToolResult("c1", "21", IsJson: true), Result(21));
        Assert.Throws<NotStorableException>(() => Result(new List<AIContent> { new DataContent(new byte[1], "image/png") }));
    }

    [Fact]
    public void Leaves_our_own_keys_and_cache_marks_out_of_what_is_sent()
    {
        var options = new ChatOptions
        {
            AdditionalProperties = new() { ["service_tier"] = "flex", ["parsimony.run"] = "r", ["anthropic:cache_control"] = new object() },
        };
        options.WithDeadline(DateTimeOffset.UnixEpoch);

        Assert.Equal("""{"service_tier":"flex"}""", ChatRequestConversions.FromMessages([], options).Raw?.ToJsonString());
    }

    [Fact]
    public void Refuses_what_only_a_client_can_send_and_says_what_to_do()
    {
        Assert.Contains("AdditionalProperties", Refusal(new ChatOptions { RawRepresentationFactory = _ => null }).Message, StringComparison.Ordinal);
        Assert.Contains("HostedWebSearchTool", Refusal(new ChatOptions { Tools = [new HostedWebSearchTool()] }).Reason, StringComparison.Ordinal);
        Assert.Contains("stream", Refusal(new ChatOptions { AdditionalProperties = new() { ["stream"] = (Action)(() => { }) } }).Reason, StringComparison.Ordinal);
        Assert.Throws<NotStorableException>(() => ChatRequestConversions.FromMessages([new ChatMessage(new ChatRole("critic"), "x")], null));
        Assert.Throws<NotStorableException>(() => ChatRequestConversions.FromMessages([new ChatMessage(ChatRole.User, [new ErrorContent("x")])], null));
    }

    private static NotStorableException Refusal(ChatOptions options) =>
        Assert.Throws<NotStorableException>(() => ChatRequestConversions.FromMessages([], options));

    private static string Text(ChatRequest request) => Encoding.UTF8.GetString(request.ToEnvelope(GivenRequest.Model).Bytes.Span);
}
