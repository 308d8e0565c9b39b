using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.RequestTermination;

/// <summary>Answers requests in place of the service.</summary>
sealed class RequestTerminationPlugin : Plugin<RequestTerminationConfig>
{
    public override string Name => "request-termination";

    public override int Priority => 2;

    public override string Version => Kong.Version;

    public override ValueTask AccessAsync(RequestContext context, RequestTerminationConfig config)
    {
        if (config.Trigger is { } trigger && !IsTriggered(context.Request, trigger))
            return ValueTask.CompletedTask;

        var status = (int)config.StatusCode;
        if (config.Echo)
            return EchoAsync(context, config, status);

        if (config.BodyBytes is { } body)
            return context.Response.Exit(status, body, config.BodyHeaders);

        return config.MessageOrDefault is { } message
            ? context.Response.Exit(status, new ValueMap { ["message"] = message })
            : context.Response.Exit(status);
    }

    static bool IsTriggered(Request request, string trigger) => request.HasHeader(trigger) || request.GetQueryArg(trigger).Exists;

    static async ValueTask EchoAsync(RequestContext context, RequestTerminationConfig config, int status) =>
        await context.Response.Exit(status, await RequestEcho.OfAsync(context, config.MessageOrDefault));
}
