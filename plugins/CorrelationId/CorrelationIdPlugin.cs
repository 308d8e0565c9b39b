using Gibbon.Pdk;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.CorrelationId;

/// <summary>Gives every request an id in a header, unless it brings one.</summary>
sealed class CorrelationIdPlugin : Plugin<CorrelationIdConfig>
{
    readonly IdGenerator generator = new();

    public override string Name => "correlation-id";

    public override int Priority => 100_001;

    public override string Version => Kong.Version;

    public override ValueTask AccessAsync(RequestContext context, CorrelationIdConfig config)
    {
        var id = context.Request.GetHeader(config.Header);
        if (string.IsNullOrEmpty(id))
        {
            id = generator.Next(context, config.Generator);
            context.Service.Request.SetHeader(config.Header, id);
        }

        context.Log.SetSerializeValue("correlation_id", id);
        if (config.EchoDownstream)
            context.State<Correlation>().Id = id;

        return ValueTask.CompletedTask;
    }

    /// <summary>Requests that never came to <see cref="AccessAsync"/> (404, 400) get an id here.</summary>
    public override ValueTask HeaderFilterAsync(RequestContext context, CorrelationIdConfig config)
    {
        if (!config.EchoDownstream)
            return ValueTask.CompletedTask;

        var id = context.ExistingState<Correlation>()?.Id ?? context.Request.GetHeader(config.Header);
        context.Response.SetHeader(config.Header, string.IsNullOrEmpty(id) ? generator.Next(context, config.Generator) : id);
        return ValueTask.CompletedTask;
    }

    sealed class Correlation
    {
        public string? Id { get; set; }
    }
}
