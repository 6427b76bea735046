using System.Diagnostics;

namespace Parsimony.Engine;

/// <summary>One call made outside the engine, traced and timed by the conventions: a client span, and the duration of a live call.</summary>
public sealed class ObservedCall : IDisposable
{
    private readonly ModelId _model;
    private readonly EndpointKind _kind;
    private readonly TimeProvider _clock;
    private readonly long _started;
    private readonly Activity? _activity;
    private string? _error;
    private string? _answeredBy;
    private bool _isLive = true;

    /// <summary>Begins a call.</summary>
    /// <param name="model">The model asked.</param>
    /// <param name="kind">The endpoint kind.</param>
    /// <param name="clock">Times it.</param>
    public ObservedCall(ModelId model, EndpointKind kind, TimeProvider clock)
    {
        _model = model;
        _kind = kind;
        _clock = clock;
        _started = clock.GetTimestamp();
        var operation = ParsimonyTelemetry.Operation(kind);
        _activity = ParsimonyTelemetry.Source.StartActivity($"{operation} {model.Name}", ActivityKind.Client)?
            .SetTag(ParsimonyTelemetry.OperationName, operation)
            .SetTag(ParsimonyTelemetry.ProviderName, SemanticProviderNames.Of(model.Provider))
            .SetTag(ParsimonyTelemetry.RequestModel, model.Name);
    }

    /// <summary>It was answered live.</summary>
    public void Answered(string? model, TokenUsage? usage)
    {
        _answeredBy = model;
        _activity?.SetTag(ParsimonyTelemetry.RouteName, "live").SetTag(ParsimonyTelemetry.ResponseModel, model);
        if (usage is { } known)
        {
            _activity?.SetTag(ParsimonyTelemetry.InputTokens, known.TotalInput).SetTag(ParsimonyTelemetry.OutputTokens, known.TotalOutput);
        }
    }

    /// <summary>The engine took it on: how long that takes is not how long a call takes.</summary>
    public void TakenByEngine(string request)
    {
        _isLive = false;
        _activity?.SetTag(ParsimonyTelemetry.RouteName, "batch").SetTag(ParsimonyTelemetry.RequestId, request);
    }

    /// <summary>It failed, or its caller left.</summary>
    public void Failed(string errorType)
    {
        _error = errorType;
        _activity?.SetTag(ParsimonyTelemetry.ErrorType, errorType).SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>Ends the call.</summary>
    public void Dispose()
    {
        if (_isLive && ParsimonyTelemetry.OperationDuration.Enabled)
        {
            var tags = ParsimonyTelemetry.Tags(_model, _kind, Route.Live);
            if (_answeredBy is not null)
            {
                tags.Add(ParsimonyTelemetry.ResponseModel, _answeredBy);
            }

            if (_error is not null)
            {
                tags.Add(ParsimonyTelemetry.ErrorType, _error);
            }

            ParsimonyTelemetry.OperationDuration.Record(_clock.GetElapsedTime(_started).TotalSeconds, tags);
        }

        _activity?.Dispose();
    }
}
