using Gibbon.Pdk;

namespace Acme.Gibbon.Maintenance;

/// <summary>Answers 503 while a service is being worked on, except for clients that know the pass.</summary>
public sealed class MaintenancePlugin : Plugin<MaintenanceConfig>
{
    public override string Name => "maintenance";

    public override int Priority => 2100;

    public override string Version => "1.0.0";

    public override PluginScopes Scopes => PluginScopes.Route | PluginScopes.Service;

    public override ValueTask AccessAsync(RequestContext context, MaintenanceConfig config)
    {
        if (config.Passes.Contains(context.Request.GetHeader("X-Maintenance-Pass") ?? ""))
        {
            context.Service.Request.ClearHeader("X-Maintenance-Pass");
            return ValueTask.CompletedTask;
        }

        context.State<Turned>().Away = true;
        return context.Response.Error(503, config.Message, config.Headers);
    }

    public override ValueTask LogAsync(RequestContext context, MaintenanceConfig config)
    {
        if (context.ExistingState<Turned>() is { Away: true })
            context.Log.Info($"turned {context.Client.ForwardedIpText} away from {context.Router.Service}");

        return ValueTask.CompletedTask;
    }

    sealed class Turned
    {
        public bool Away { get; set; }
    }
}

/// <summary>The plugin's configuration, which is its schema: <c>message</c>, <c>retry_after</c>, <c>passes</c>.</summary>
public sealed record MaintenanceConfig
{
    HeaderMap? headers;

    /// <summary>What clients are told.</summary>
    public string Message { get; init; } = "Back soon";

    /// <summary>When they may come back, in seconds.</summary>
    public long RetryAfter { get; init; } = 60;

    /// <summary>Who may pass.</summary>
    public IReadOnlyList<string> Passes { get; init; } = [];

    internal HeaderMap Headers => headers ??= new HeaderMap { ["Retry-After"] = RetryAfter };
}
