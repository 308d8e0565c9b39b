using System.Runtime.CompilerServices;
using Gibbon.Pdk;

namespace Gibbon.PluginServers.Functions;

/// <summary><c>kong.ctx.shared</c>, and <c>ngx.ctx</c> by <c>kong.nginx.get_ctx</c> and <c>set_ctx</c>.</summary>
internal static class ContextFunctions
{
    // Contexts of requests are used again and again: what belongs to another request is none of this one's.
    private static readonly ConditionalWeakTable<RequestContext, Kept> s_kept = [];

    public static IReadOnlyList<KeyValuePair<string, PdkFunction>> All { get; } =
    [
        PdkFunctions.Get("kong.ctx.shared.get", static call => Plain(call.Context.HasShared ? call.Context.Shared[Name(call)] : null)),
        PdkFunctions.Do("kong.ctx.shared.set", static call => call.Context.Shared[Name(call)] = call[1]),
        PdkFunctions.Get("kong.nginx.get_ctx", static call => Plain(KeptOf(call.Context)[Name(call)])),
        PdkFunctions.Do("kong.nginx.set_ctx", static call => KeptOf(call.Context)[Name(call)] = call[1]),
    ];

    private static string Name(PdkCall call) => call.Text(0, "name must be a string");

    // What plugins of this process keep there may be anything; across a socket go values only.
    private static object? Plain(object? value) => value switch
    {
        null or string or bool or long or double or byte[] or Pdk.Schemas.ValueMap or Pdk.Schemas.ValueList => value,
        int number => (long)number,
        _ => null,
    };

    private static ContextData KeptOf(RequestContext context)
    {
        string request = context.Request.Id;
        if (!s_kept.TryGetValue(context, out Kept? kept) || kept.Request != request)
        {
            kept = new Kept(request, new ContextData());
            s_kept.AddOrUpdate(context, kept);
        }

        return kept.Data;
    }

    private sealed record Kept(string Request, ContextData Data);
}
