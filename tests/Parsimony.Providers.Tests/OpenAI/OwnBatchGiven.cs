namespace Parsimony.Providers.Tests;

/// <summary>Beginnings of tests of providers that are profiles with batches of their own.</summary>
internal static class OwnBatchGiven
{
    public static OpenAIProvider Provider(OpenAIProfile profile, ScriptedHandler handler, TimeProvider clock, ProviderConnection? connection = null) => new(
        connection ?? new ProviderConnection { ApiKey = "secret", Endpoint = new Uri("http://localhost:9/v1"), Cloud = new CloudPlace { Account = "acme" } },
        new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan },
        clock,
        profile);

    public static Envelope Chat(OpenAIProfile profile, string text = "hi", string model = "m") =>
        new ChatRequest { Turns = [new ChatTurn(ChatTurnRole.User, [new ChatPart.Text(text)])] }.ToEnvelope(new ModelId(profile.Id, model));

    public static Envelope Verbatim(OpenAIProfile profile, string json, EndpointKind kind = EndpointKind.Chat) =>
        new() { Kind = kind, Dialect = Dialect.OpenAI, Model = new ModelId(profile.Id, "m"), Bytes = System.Text.Encoding.UTF8.GetBytes(json) };

    public static BatchInput Input(params BatchItem[] items) => new()
    {
        SubmissionKey = "p-0198-Key",
        Kind = EndpointKind.Chat,
        Count = items.Length,
        Items = _ => items.ToAsyncEnumerable(),
        SendLimit = TimeSpan.FromMinutes(10),
    };

    public static BatchSnapshot Ended(string id, params string[] references) => new() { ProviderBatchId = id, Phase = BatchPhase.Ended, ResultReferences = references };
}
