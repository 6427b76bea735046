namespace Parsimony.Sandbox.Model;

/// <summary>Where one request of a batch lies in its content.</summary>
internal readonly record struct BatchItem(long Offset, int Length, string CustomId);
