namespace Sluice.Uring;

/// <summary>A change to an epoll set (<c>EPOLL_CTL_*</c>, see <c>epoll_ctl(2)</c>).</summary>
public enum EpollChange : uint
{
    /// <summary>Not a change; the kernel refuses it.</summary>
    None = 0,

    /// <summary>Adds a descriptor.</summary>
    Add = 1,

    /// <summary>Removes a descriptor.</summary>
    Delete = 2,

    /// <summary>Changes what is waited for.</summary>
    Modify = 3,
}
