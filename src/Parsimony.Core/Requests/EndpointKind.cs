namespace Parsimony;

/// <summary>Which kind of provider endpoint a request is for. A batch holds requests of one kind.</summary>
public enum EndpointKind
{
    /// <summary>A chat completion (OpenAI <c>/v1/chat/completions</c>).</summary>
    Chat,

    /// <summary>OpenAI's <c>/v1/responses</c>.</summary>
    Responses,

    /// <summary>Anthropic's <c>/v1/messages</c>.</summary>
    Messages,

    /// <summary>Vectors for one text.</summary>
    Embeddings,

    /// <summary>Image generation.</summary>
    Images,

    /// <summary>Anything else: relayed verbatim to the same provider, never translated.</summary>
    Other,
}
