namespace Parsimony.Engine;

/// <summary>A request cannot be accepted as it is; nothing was stored or sent. The message says what to change.</summary>
public sealed class RequestRefusedException : InvalidOperationException
{
    /// <summary>For a request that is refused.</summary>
    /// <param name="code">Why, for programs: <c>switched_off</c>, <c>no_store</c> or <c>region</c>.</param>
    /// <param name="message">Why, and what to do.</param>
    public RequestRefusedException(string code, string message)
        : base(message) => Code = code;

    /// <summary>Why, for programs: <c>switched_off</c>, <c>no_store</c> or <c>region</c>.</summary>
    public string Code { get; }
}
