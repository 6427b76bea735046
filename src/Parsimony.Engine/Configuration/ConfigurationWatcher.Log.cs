using Microsoft.Extensions.Logging;

namespace Parsimony.Engine;

public sealed partial class ConfigurationWatcher
{
    [LoggerMessage(EventId = 1901, Level = LogLevel.Information, Message = "The configuration {Path} changed and is in use, with {Warnings} warnings.")]
    private partial void LogChanged(string path, int warnings);

    [LoggerMessage(EventId = 1902, Level = LogLevel.Error, Message = "The configuration {Path} changed and cannot be used; the one before it stays. {Faults}")]
    private partial void LogRefused(string path, string faults);

    [LoggerMessage(EventId = 1903, Level = LogLevel.Information, Message = "The configuration {Path} is again what is in use.")]
    private partial void LogRestored(string path);

    [LoggerMessage(EventId = 1904, Level = LogLevel.Error, Message = "A listener to changes of the configuration {Path} failed.")]
    private partial void LogListenerFailed(Exception exception, string path);
}
