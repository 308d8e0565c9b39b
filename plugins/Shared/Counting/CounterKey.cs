using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared.Counting;

/// <summary>
/// What is counted together, and where. Route and service are those that the configuration is attached to, not those of the request: a global
/// configuration counts over all services.
/// </summary>
/// <param name="Route">The configuration's route, or the empty id.</param>
/// <param name="Service">The configuration's service, or the empty id.</param>
/// <param name="Id">The id of a consumer or a service; the empty one where <paramref name="Text"/> says it.</param>
/// <param name="Text">A credential's id, an address, a header's value or a path; empty where <paramref name="Id"/> says it.</param>
/// <param name="Limit">The name of the limit, where a configuration has several; otherwise empty.</param>
readonly record struct CounterKey(Guid Route, Guid Service, Guid Id, string Text, string Limit = "")
{
    /// <summary>Whose requests: what databases and Redis hold.</summary>
    public string Identifier => Id == default ? Text : Id.ToString();

    /// <summary>A key at the place of the configuration that is running; makes no texts.</summary>
    /// <param name="context">The request.</param>
    /// <param name="id">The id of a consumer or a service, if that is whose requests are counted.</param>
    /// <param name="text">Otherwise another text; <c>null</c> is the client's address.</param>
    public static CounterKey At(RequestContext context, Guid? id, string? text)
    {
        var instance = context.Plugin!;
        return new CounterKey(
            instance.RouteId ?? default,
            instance.ServiceId ?? default,
            id ?? default,
            id is not null ? "" : text ?? context.Client.ForwardedIpText);
    }
}
