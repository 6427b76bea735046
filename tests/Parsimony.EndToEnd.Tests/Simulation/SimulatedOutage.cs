using System.Data.Common;

namespace Parsimony.EndToEnd.Tests;

/// <summary>What a database driver throws when its server cannot be reached: the verb was not applied, or nobody heard that it was.</summary>
internal sealed class SimulatedOutage(string message) : DbException(message)
{
    /// <summary>Whether an exception is, or came from, an outage.</summary>
    public static bool IsIn(Exception? exception) => exception is SimulatedOutage || (exception is not null && IsIn(exception.InnerException));
}
