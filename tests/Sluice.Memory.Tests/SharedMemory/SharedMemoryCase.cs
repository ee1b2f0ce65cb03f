namespace Sluice.Memory.Tests.Shared;

/// <summary>The ways to come by an object. The contract is the same for each.</summary>
public enum SharedMemoryCase
{
    Memfd,
    PosixShm,
    TemporaryFile,
    NamedTemporaryFile,
    WithoutMemfd,
    WithoutMemfdAndShm,
    Portable,
}
