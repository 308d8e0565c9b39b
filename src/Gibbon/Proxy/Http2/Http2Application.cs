using Gibbon.Proxy.Http1;
using Gibbon.Proxy.Listeners;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;

namespace Gibbon.Proxy.Http2;

/// <summary>Gives each stream of Kestrel to the pipeline.</summary>
internal sealed class Http2Application(Http1Settings settings) : IHttpApplication<Http2Downstream>
{
    public Http2Downstream CreateContext(IFeatureCollection contextFeatures)
    {
        // Kestrel uses its stream objects again, and keeps ours beside them.
        var place = contextFeatures as IHostContextContainer<Http2Downstream>;
        Http2Downstream exchange = place?.HostContext ?? new Http2Downstream(settings);
        if (place is not null) place.HostContext = exchange;
        exchange.Begin(contextFeatures);
        return exchange;
    }

    public async Task ProcessRequestAsync(Http2Downstream context)
    {
        var client = context.Client;
        await client.HandleAsync(context).ConfigureAwait(false);
        await context.EndAsync().ConfigureAwait(false);
    }

    public void DisposeContext(Http2Downstream context, Exception? exception) => context.Reset();
}
