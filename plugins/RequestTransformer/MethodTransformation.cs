using System.Text;
using Gibbon.Pdk;

namespace Gibbon.Plugins.RequestTransformer;

/// <summary>Changes the method. A form that is sent with a method without a body moves to the query as well.</summary>
static class MethodTransformation
{
    const int MaxArguments = 100;

    public static async ValueTask ApplyAsync(RequestContext context, string method)
    {
        context.Service.Request.SetMethod(method);
        if (method is not ("GET" or "HEAD" or "TRACE") || BodyTypes.Of(context.Request.GetHeader("content-type")) != BodyType.Form)
            return;

        var body = await context.Request.GetRawBodyAsync();
        if (!body.IsOk || body.Value.IsEmpty)
            return;

        var query = context.Request.GetQuery();
        foreach (var (name, value) in QueryString.Parse(Encoding.UTF8.GetString(body.Value.Span), MaxArguments))
            for (var i = 0; i < value.Count; i++)
                query.Add(name, value[i]);

        context.Service.Request.SetQuery(query);
    }
}
