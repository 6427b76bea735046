namespace Parsimony.Engine;

/// <summary>
/// Which schemas of a database a version works on: its own, and the next one, which only adds to it, so that processes can be replaced one after another. An older schema it
/// migrates; one further ahead it refuses, and a process that finds it while it runs stops.
/// </summary>
/// <param name="known">The names of the version's migrations in their order.</param>
/// <param name="database">What messages call the database.</param>
internal sealed class SchemaRule(IReadOnlyList<string> known, string database)
{
    /// <summary>Why a database cannot be worked on or migrated; null when it can.</summary>
    /// <param name="recorded">How many migrations it has.</param>
    /// <param name="last">The name of the last one; empty when there is none.</param>
    internal string? Refusal(int recorded, string last)
    {
        if (IsTooOldFor(recorded))
        {
            return $"{database} has schema '{last}', which is newer than this version's '{known[^1]}' by {recorded - known.Count} steps: a version works on its own schema and on the next one. "
                + "Install the version that wrote it, or a newer one.";
        }

        return recorded > 0 && recorded <= known.Count && known[recorded - 1] != last
            ? $"{database} has schema '{last}' where this version has '{known[recorded - 1]}': a version of another line wrote it. Install that one."
            : null;
    }

    /// <summary>Why a database cannot be worked on when nothing may be migrated; null when it can.</summary>
    internal string? RefusalAsItIs(int recorded, string last) => recorded >= known.Count
        ? null
        : $"{database} has {(recorded == 0 ? "no schema yet" : $"schema '{last}'")}, this version works on '{known[^1]}', and migrating is switched off. "
            + "Open it once with migrating switched on, as a user who may change the schema.";

    /// <summary>Why a database cannot be exported by this version; null when it can.</summary>
    internal string? RefusalToExport(int recorded, string last) => recorded <= known.Count
        ? null
        : $"{database} has schema '{last}', which is newer than this version's '{known[^1]}': an export would leave out what is new. Export with the version that wrote it.";

    /// <summary>Whether a database has gone further ahead than this version can follow.</summary>
    internal bool IsTooOldFor(int recorded) => recorded > known.Count + 1;
}
