using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Exchanges;

/// <summary><see cref="ServiceRequest"/> over an exchange. As in Kong the client's headers are changed in place, so later plugins see them.</summary>
internal sealed class ExchangeServiceRequest(Exchange exchange) : ServiceRequest(exchange)
{
    private HeaderTable Headers => exchange.Downstream.Request.Headers;

    protected override string PathCore
    {
        get
        {
            exchange.PrepareTarget();
            ReadOnlySpan<byte> target = exchange.UpstreamTarget;
            int query = target.IndexOf((byte)'?');
            return Encoding.UTF8.GetString(query < 0 ? target : target[..query]);
        }
    }

    protected override string RoutedPathCore => exchange.RoutedPathText();

    protected override string RawQueryCore => exchange.Request.RawQuery;

    protected override void EnableBufferingCore() => exchange.Call.BufferResponse = true;

    protected override void SetSchemeCore(string scheme) => exchange.Call.Protocol = scheme == "https" ? Protocol.Https : Protocol.Http;

    protected override void SetPathCore(string path) => exchange.Call.Path = path;

    protected override void SetGrpcPathCore(string path) => exchange.Call.GrpcPath = path;

    protected override void SetRawQueryCore(string query) => exchange.Call.RawQuery = query;

    protected override void SetMethodCore(string method) => exchange.Call.Method = method;

    protected override Result SetHeaderCore(string name, HeaderValue value)
    {
        if (name == ":authority")
        {
            if (!exchange.Call.IsGrpc)
            {
                return Result.Failure("cannot set :authority pseudo-header on non-grpc requests");
            }

            exchange.Call.Host = value.First;
            return Result.Ok;
        }

        if (name.Equals("host", StringComparison.OrdinalIgnoreCase))
        {
            exchange.Call.Host = value.First;
        }

        Exchange.SetHeader(Headers, name, value);
        return Result.Ok;
    }

    protected override void AddHeaderCore(string name, HeaderValue value)
    {
        if (name.Equals("host", StringComparison.OrdinalIgnoreCase))
        {
            exchange.Call.Host = value.First;
        }

        for (int i = 0; i < value.Count; i++)
        {
            Headers.Add(name, value[i]);
        }
    }

    protected override void ClearHeaderCore(string name) => Headers.RemoveLoosely(name);

    protected override ValueTask SetRawBodyCore(ReadOnlyMemory<byte> body)
    {
        exchange.Body.Replace(body);
        return ValueTask.CompletedTask;
    }

    protected override Result SetTlsCore(bool on)
    {
        exchange.Call.Protocol = (on, exchange.Call.IsGrpc) switch
        {
            (true, true) => Protocol.Grpcs,
            (true, false) => Protocol.Https,
            (false, true) => Protocol.Grpc,
            _ => Protocol.Http,
        };
        return Result.Ok;
    }
}
