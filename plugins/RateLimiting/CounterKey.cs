namespace Gibbon.Plugins.RateLimiting;

/// <summary>
/// Whose requests are counted together, and where. Route and service are those that the configuration is attached to, not those of the
/// request: a global configuration counts over all services.
/// </summary>
/// <param name="Route">The configuration's route, or the empty id.</param>
/// <param name="Service">The configuration's service, or the empty id.</param>
/// <param name="Id">The id of a consumer or a service; the empty one where <paramref name="Text"/> says it.</param>
/// <param name="Text">A credential's id, an address, a header's value or a path; empty where <paramref name="Id"/> says it.</param>
readonly record struct CounterKey(Guid Route, Guid Service, Guid Id, string Text);
