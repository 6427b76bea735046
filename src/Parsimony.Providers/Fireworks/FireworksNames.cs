namespace Parsimony.Providers;

/// <summary>The ids of a submission's datasets and job. Ours, so that each can be asked for again and none is made twice; lower case, letters, digits and dashes, at most 63.</summary>
internal static class FireworksNames
{
    private const string Shared = "accounts/fireworks/models/";

    /// <summary>A model's name as a path: one without is one of Fireworks' own.</summary>
    public static string Model(string name) => name.Contains('/', StringComparison.Ordinal) ? name : Shared + name;

    /// <summary>The job's id.</summary>
    public static string Job(string submissionKey) => $"parsimony-{submissionKey.ToLowerInvariant()}";

    /// <summary>The input dataset's id.</summary>
    public static string Input(string submissionKey) => $"{Job(submissionKey)}-in";

    /// <summary>The output dataset's id of a job.</summary>
    public static string Output(string job) => $"{job}-out";

    /// <summary>The last part of a resource's name: <c>x</c> of <c>accounts/a/datasets/x</c>.</summary>
    public static string Id(string name) => name[(name.LastIndexOf('/') + 1)..];
}
