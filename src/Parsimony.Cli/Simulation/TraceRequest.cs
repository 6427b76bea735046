namespace Parsimony.Cli;

/// <summary>One request of a trace.</summary>
/// <param name="At">Seconds since the first.</param>
/// <param name="Prompt">Its prompt; what follows the last whole block never matches.</param>
/// <param name="Nodes">Number of each leading prefix in its trace; equal numbers are equal prefixes.</param>
/// <param name="AnswerTokens">Tokens of its answer.</param>
/// <param name="Hint">What its caller would say of its future.</param>
/// <param name="Inferred">What is known of it without being told, for example that it is a step of a tool loop.</param>
internal sealed record TraceRequest(double At, PromptPrefix Prompt, IReadOnlyList<int> Nodes, int AnswerTokens, ReuseHint Hint, ReuseHint Inferred = ReuseHint.Unknown)
{
    /// <summary>Whole blocks.</summary>
    public int Count => Prompt.Count;
}
